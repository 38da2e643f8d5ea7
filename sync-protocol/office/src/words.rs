//! Words that people read beside the model's own: refusals, rungs, clocks.

use sync_protocol::io::Rung;

/// Returns why an act is refused, in Chinese, by the model's stable word.
#[must_use]
pub fn refusal(kind: &str) -> &'static str {
    match kind {
        "already_done" => "这一步已经做过",
        "clock_ahead" => "本机日期远晚于全县日期，须手工填写日期",
        "day_in_future" => "办理日期在将来",
        "day_not_typed" => "办理日期早于全县日期，须手工填写日期",
        "decided_earlier" => "办件已作出决定；申请人可另行申请撤销",
        "decided_meanwhile" => "撤回与决定同时发生，须由人工裁定",
        "item_not_here" => "办件所用的事项版本尚未到达本节点",
        "level_may_not" => "本级站点不能做这一步",
        "needs_newer" => "办件使用更新的规则，须升级程序",
        "not_above" => "只能报送给上级站点",
        "not_custodian" => "办件不由本站点保管",
        "not_offered" => "办件没有移交给本站点",
        "not_offered_on_day" => "该事项当日不可受理（未完备、未生效或已撤销）",
        "not_on_the_way_back" => "只能返还给收件站点方向的站点",
        "not_registered" => "办件尚无有效登记",
        "not_returned" => "结果尚未返还到收件站点",
        "offered_above" => "该事项只在上级办理",
        "offer_pending" => "移交尚未被接收",
        "on_hold" => "办件已中止，须由人工裁定",
        "too_early" => "前面还有步骤没有完成",
        "too_long" => "填写的内容过长",
        "unknown_kind" => "不认识的办理事件",
        "unknown_node" => "权限日志中没有本节点",
        "withdrawn_earlier" => "申请人已撤回",
        "wrong_scope" => "登记不在本站点的范围内",
        "wrong_site" => "节点不属于该站点",
        _ => "规则不允许",
    }
}

/// Returns what to do after a refusal, in Chinese and English, by the model's stable word.
#[must_use]
pub fn after_refusal(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "clock_ahead" | "day_not_typed" => (
            "核对日期后加上 --day 年-月-日 重试，并校正本机时钟",
            "check the date, try again with --day YYYY-MM-DD, and set this machine's clock",
        ),
        "day_in_future" => ("用 --day 填写实际办理日期", "give the day of the act with --day"),
        "not_offered_on_day" => (
            "用 meshctl catalog show 事项编码 查看生效日期和状态，或改用当日可受理的事项",
            "see from which day it is offered with: meshctl catalog show CODE",
        ),
        "offered_above" => ("请申请人到上级站点办理，或由上级站点登记", "register it at the site above"),
        "not_custodian" | "offer_pending" => (
            "由被移交的站点先接收：meshctl case receive 办件编号；已移交的在接收前不能办理",
            "the site to which it is offered receives it first: meshctl case receive NUMBER",
        ),
        "not_offered" => (
            "请保管站点先移交：meshctl case forward 或 case return",
            "ask its custodian to offer it first: meshctl case forward or case return",
        ),
        "not_returned" => (
            "先返还并在收件站点接收：meshctl case return，然后 case receive",
            "return it and receive it at the site of intake: meshctl case return, then case receive",
        ),
        "level_may_not" => ("报送上级站点办理：meshctl case forward", "hand it to the site above: meshctl case forward"),
        "needs_newer" => ("升级本机程序后重试", "install the newer program and try again"),
        "item_not_here" => ("先同步：meshctl sync now", "sync first: meshctl sync now"),
        "too_long" => ("缩短填写的内容后重试", "shorten what is written and try again"),
        "unknown_node" | "wrong_scope" | "wrong_site" | "wrong_document" => {
            ("先同步：meshctl sync now；仍不行时请联系县级", "sync first: meshctl sync now; if that does not help, ask the county")
        }
        _ => ("用 meshctl case show 办件编号 查看当前状态和经过", "look at its state and history with: meshctl case show NUMBER"),
    }
}

/// Returns the word of a rung in replies.
#[must_use]
pub fn rung(rung: Rung) -> &'static str {
    match rung {
        Rung::Window => "window",
        Rung::Relay => "relay",
        Rung::County => "county",
        Rung::Safe => "safe",
        Rung::Refused => "refused",
    }
}
