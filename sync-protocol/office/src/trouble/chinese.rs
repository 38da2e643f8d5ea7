//! Chinese words for what the layers below tell in English: attempts of a start, faults of the system, rows of files, refusals.
//!
//! The English text is what `--lang en` and the log show; it never stands inside a Chinese sentence.

use super::Trouble;
use mesh_model::doc::sealed::BadApplicant;
use sync_protocol::enrol::EnrolRefusal;

/// Returns the cause in Chinese where the trouble holds an English one.
pub(super) fn cause(trouble: &Trouble) -> Option<String> {
    match trouble {
        Trouble::Start { what, why } => Some(format!("{}{}", attempt(what), after_colon(fault(why)))),
        Trouble::Driver { why } | Trouble::Journal { why } | Trouble::Cache { why } | Trouble::Output { why } => Some(detail(why)),
        Trouble::Core { .. } => Some("写入内容未通过本节点的检查；详情见 --lang en".to_owned()),
        Trouble::File { path, why } => Some(format!("{path}{}", after_colon(fault(why)))),
        Trouble::BadRequest { .. } => Some("请求的内容不合格式；详情见 --lang en".to_owned()),
        _ => None,
    }
}

fn after_colon(fault: Option<&'static str>) -> String {
    fault.map_or_else(|| "（详情见 --lang en）".to_owned(), |fault| format!("：{fault}"))
}

fn detail(why: &str) -> String {
    fault(why).map_or_else(|| "详情见 --lang en 和日志".to_owned(), str::to_owned)
}

/// Names what a start failed at.
fn attempt(what: &str) -> &'static str {
    match what {
        "bind the admin socket" => "建立管理接口",
        "draw the node's keys" => "生成节点密钥",
        "enrol" => "入网",
        "found the authority" => "建立县级权限",
        "listen" => "监听网络地址",
        "listen for HTTP" => "监听 HTTP 地址",
        "make the journal" | "open the journal" => "打开日志数据库",
        "read the address" => "读取监听地址",
        "read the authority's keys" => "读取县级权限密钥",
        "read the county root" => "读取县级根证书",
        "read the enrolment" => "读取入网信息",
        "read the node's keys" => "读取节点密钥",
        "read the node's name" => "读取节点证书",
        "set up TLS" => "准备加密连接",
        "start the node" => "启动节点",
        "start the runtime" => "启动运行环境",
        "write the first records" => "写入首批记录",
        _ => "启动中的一步失败",
    }
}

/// Names the system's fault at the end of an English cause, by its number.
#[must_use]
pub fn fault(why: &str) -> Option<&'static str> {
    let number = why.split("(os error ").nth(1)?.split(')').next()?;
    Some(match number {
        "1" | "13" => "没有权限",
        "2" => "文件或目录不存在",
        "5" => "磁盘读写错误",
        "17" => "文件已存在",
        "20" => "不是目录",
        "21" => "是目录，不是文件",
        "24" => "打开的文件过多",
        "28" => "磁盘空间已满",
        "30" => "文件系统只读",
        "36" => "路径过长",
        "98" => "地址已被占用",
        "99" => "本机没有这个地址",
        "101" | "113" => "网络不可达",
        "111" => "连接被拒绝",
        _ => return None,
    })
}

/// Says why an applicant is not taken.
#[must_use]
pub fn applicant(bad: BadApplicant) -> &'static str {
    match bad {
        BadApplicant::Name => "姓名应为 1 至 100 个字符",
        BadApplicant::NameLines => "姓名中不能有换行或其他控制字符",
        BadApplicant::IdType => "证件类型应为三位数字，例如 111（居民身份证）",
        BadApplicant::ResidentId => "居民身份证号码（类型 111）应为 18 位，只含数字，末位可为 X",
        BadApplicant::IdNo => "证件号码应为 1 至 30 个字符，不含控制字符",
        BadApplicant::Phone => "电话应为 1 至 30 个字符",
    }
}

/// Says why the hub did not admit a machine.
#[must_use]
pub fn enrolment(refusal: EnrolRefusal) -> &'static str {
    match refusal {
        EnrolRefusal::Unknown => "县级节点不认识这个令牌",
        EnrolRefusal::Wrong => "令牌的密文不对",
        EnrolRefusal::Used => "令牌已被另一台机器使用",
        EnrolRefusal::Expired => "令牌已过期",
        EnrolRefusal::Dead => "错误次数过多，令牌已作废",
        EnrolRefusal::Malformed => "入网请求不合格式",
        EnrolRefusal::Busy => "县级节点暂时无法写入",
    }
}

/// Says what is wrong with a row of a file, by its stable word and its English text.
#[must_use]
pub fn row(defect: &str, text: &str) -> String {
    let found = |before: &str, after: &str| {
        let inner = text.strip_prefix(before).unwrap_or(text);
        inner.strip_suffix(after).unwrap_or(inner).trim_matches('"').to_owned()
    };
    match defect {
        "bad_day" => format!("“{}”不是日期（应为 年-月-日，如 2026-01-01）", found("", " is no day of the form YYYY-MM-DD")),
        "bad_division" => format!("“{}”不是区划代码", found("", " is no division code")),
        "bad_item" => format!("“{}”不是事项编码", found("", " is no item code")),
        "empty" => format!("{} 一栏为空", found("field ", " is empty")),
        "mismatch" => match found("", " does not fit the code").split_once(' ') {
            Some(("level", level)) => format!("级别 {level} 与代码不符"),
            Some((_, parent)) => format!("上级 {} 与代码不符", parent.trim_matches(['"', '\\'])),
            None => "与代码不符".to_owned(),
        },
        "no_column" => format!("表头缺少 {} 一列", found("the header has no column ", "")),
        "no_parent" => format!("文件中没有上级 {}", found("parent ", " is not in the file")),
        "not_readable" => "这一行无法读取".to_owned(),
        "other_county" => format!("区划代码 {} 不属于本县", found("", " is not of this county")),
        "too_long" => format!("{} 一栏过长或含控制字符", found("field ", " is too long or has control characters")),
        "twice" => format!("{} 在前面的行中已出现", found("", " stands in an earlier row")),
        "unknown_word" => format!("“{}”不是允许的取值", found("", " is none of the words allowed here")),
        "no_conditions" => "指南没有受理条件，不能使用".to_owned(),
        "no_limit" => "指南没有办理时限，不能使用".to_owned(),
        "no_steps" => "指南没有办理步骤，不能使用".to_owned(),
        "other_place" => {
            format!("{} 中出现其他地点或号码，已略去", found("", " names another place or a number and was left out"))
        }
        "promise_beyond_statute" => "承诺时限长于法定时限".to_owned(),
        _ => text.to_owned(),
    }
}

/// Names a kind of defect of a catalogue or guides file.
#[must_use]
pub fn defect(word: &str) -> &str {
    match word {
        "area_code" => "编码属其他区划",
        "bad_day" => "日期有误",
        "bad_division" => "区划代码有误",
        "bad_item" => "事项编码有误",
        "check_digit" => "机构代码校验位不符",
        "dept_code" => "编码与部门代码不一致",
        "empty" => "空栏",
        "mismatch" => "与代码不符",
        "name_twice" => "同部门同名",
        "no_column" => "缺列",
        "no_conditions" => "指南无受理条件",
        "no_limit" => "指南无时限",
        "no_parent" => "缺上级",
        "no_steps" => "指南无步骤",
        "not_readable" => "无法读取",
        "not_well_formed" => "编码格式不全",
        "org_length" => "机构代码长度不符",
        "other_county" => "非本县",
        "other_place" => "指南涉及他处",
        "promise_beyond_statute" => "承诺超法定",
        "task_type_zero" => "类型缺前导零",
        "too_long" => "过长",
        "twice" => "重复",
        "unknown_word" => "取值有误",
        "unsorted" => "未归主项",
        newer => newer,
    }
}
