//! Words that people read beside the model's own: refusals, rungs, clocks.

use sync_protocol::io::Rung;

/// Returns why an act is refused, in Chinese, by the model's stable word.
#[must_use]
pub fn refusal(kind: &str) -> &'static str {
    match kind {
        "already_done" => "这一步已经做过",
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
