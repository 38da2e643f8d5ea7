//! `case`: taking in at the window, moving a case on, looking at it. What is printed is durable.

mod act;

pub(crate) use show::draw_history;

super::verbs! {
    /// Takes a case in at the window and prints the receipt (收件登记)
    Register = register,
    /// Lists cases
    List = list,
    /// Shows one case with its history
    Show = show,
    /// Offers custody to a site above (报送)
    Forward = forward,
    /// Takes the custody that was offered (接收)
    Receive = receive,
    /// Accepts legally (受理)
    Accept = accept,
    /// Gives the case to a reviewer (分办)
    Assign = assign,
    /// Decides (决定)
    Decide = decide,
    /// Issues the result (办结)
    Conclude = conclude,
    /// Offers custody on the way back to the site of intake (返还)
    Return = r#return,
    /// Tells the applicant (通知)
    Notify = notify,
    /// Hands the result out (送达)
    Deliver = deliver,
    /// Takes down that the applicant withdraws (撤回)
    Withdraw = withdraw,
}
