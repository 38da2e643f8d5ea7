//! Words for what a node itself has found, each with what to do.

use super::Trouble;
use crate::lang::Lang;
use crate::page::Page;
use crate::words;
use mesh_office::api::node::Problem;

/// Words a problem with its next step.
pub(super) fn words_of(problem: &Problem, page: &Page) -> Trouble {
    Trouble { what: what(problem, page), next: next(&problem.kind, page).to_owned() }
}

fn what(problem: &Problem, page: &Page) -> String {
    let (count, at, known) = (problem.count, words::or_dash(problem.at.as_ref()), words::or_dash(problem.known));
    let detail = problem.detail.as_deref().unwrap_or("-");
    let (chinese, english) = match problem.kind.as_str() {
        "full" => ("磁盘已满: 不能登记新件，查询照常".to_owned(), "the disk is full: nothing new is registered, queries go on".to_owned()),
        "cache_behind" => (format!("列表落后流水 {count} 条"), format!("lists are {count} entries behind the journal")),
        "damaged_bodies" => (
            format!("流水中 {count} 份内容已损坏: 不显示，也不会完整发给别处"),
            format!("{count} bodies of the journal are damaged: they are not shown, and not sent on as whole"),
        ),
        "damaged_pages" => (format!("流水文件读不通: {detail}"), format!("the journal's file cannot be read in places: {detail}")),
        "journal_shortened" => (
            format!("流水比本窗口展示过的短（{at} 发现，当时已知 {known} 件）: 还缺 {count} 件（批），旧列表在 {detail}"),
            format!(
                "the journal is shorter than what this window has shown (seen {at}, {known} cases known then): {count} cases and batches are not back; the old lists are in {detail}"
            ),
        ),
        "store_lost" => {
            (format!("编过号的存储 {detail} 不见了（{at} 发现）"), format!("the store {detail}, which gave numbers, is gone (seen {at})"))
        }
        "branch_opened" => (
            format!("本机的旧数据已从别处取回，并另开了新存储: {detail}（{at}）"),
            format!("this node's journal was older than what others hold; it took its papers back and opened a new store: {detail} ({at})"),
        ),
        "fork_seen" => (format!("同一存储有两份在写: {detail}（{at}）"), format!("one store is written in two places: {detail} ({at})")),
        newer => (format!("{newer}: {count} {detail}"), format!("{newer}: {count} {detail}")),
    };
    page.of(chinese, english)
}

fn next(kind: &str, page: &Page) -> &'static str {
    match kind {
        "full" => page.of("清出空间，再看 status；已打印的号码都在", "make room, then look at status again; every printed number is there"),
        "cache_behind" => page.of("磁盘有空间后自动补上", "they catch up by themselves when there is room"),
        "damaged_bodies" | "damaged_pages" => page.of(
            "停机，原样保留整个数据目录，换磁盘，放回最近的备份；没有备份就重新入网，由乡镇和县级补回",
            "stop the daemon, keep the whole data directory as it is, change the disk, put the newest backup back; without one enrol anew",
        ),
        "journal_shortened" => page.of(
            "sync now --wait 10: 同步过的会从乡镇或县级回来；未同步的按回执补登，然后可删除旧列表文件",
            "sync now --wait 10: what was synced comes back; register the rest from its receipts, then the file of old lists may be deleted",
        ),
        "store_lost" => page.of("sync now --wait 10: 同步过的会从乡镇或县级回来", "sync now --wait 10: what was synced comes back"),
        "branch_opened" => page.of(
            "若不是有意放回备份，查明哪台机器复制过数据目录",
            "if no backup was put back on purpose, find out which PC has a copy of the data directory",
        ),
        "fork_seen" => page.of(
            "查明哪台机器复制过数据目录，停掉一台并重新入网",
            "find out which PC has a copy of the data directory, stop one and enrol it anew",
        ),
        _ => page.of("查看日志", "look at the log"),
    }
}

/// Names why a way or a peer is not reached.
pub(super) fn why(lang: Lang, code: &str) -> String {
    let (chinese, english) = match code {
        "dialling" => ("正在拨号", "dialling"),
        "unreachable" => ("网络不通", "the network does not lead there"),
        "not_the_county" => ("对方不是本县枢纽", "not a node of this county"),
        "revoked" => ("证书已吊销", "a certificate was revoked"),
        "refused" => ("证书被拒", "a certificate was refused"),
        "fault" => ("协议错误", "a protocol fault"),
        "no_space" => ("对方磁盘已满", "the peer's disk is full"),
        "silent" => ("没有应答", "no greeting in time"),
        "gave_up" => ("反复补齐未果", "repairs came to no end"),
        "shutdown" => ("对方已停机", "the peer was stopped"),
        "closed" => ("连接被关闭", "the connection was closed"),
        newer => (newer, newer),
    };
    lang.of(chinese, english).to_owned()
}
