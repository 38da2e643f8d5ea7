//! What can go wrong at the desk, with its code, its exit status, and three sentences in Chinese and English: what, why, what next.
//!
//! Codes are stable: `E01` usage, `E02` not found, `E03` refused, `E04` failed. A code is never used again for something else.

pub mod chinese;
mod from;
pub mod usage;

#[cfg(test)]
mod tests;

use std::fmt;

/// The language of a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// 中文.
    #[default]
    Chinese,
    /// English.
    English,
}

impl Lang {
    /// Reads `en` or `zh`, also as the beginning of a locale such as `en_GB.UTF-8`; anything else is Chinese.
    #[must_use]
    pub fn of(text: &str) -> Lang {
        if text.starts_with("en") { Lang::English } else { Lang::Chinese }
    }
}

/// Exit statuses of commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Something broke.
    Failed = 1,
    /// The request makes no sense.
    Usage = 2,
    /// There is no such thing here.
    NotFound = 3,
    /// The rules do not allow it; nothing was written.
    Refused = 4,
    /// Nobody answers.
    Unreachable = 5,
    /// Done in part.
    Partly = 6,
}

/// Three sentences for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saying {
    /// What happened.
    pub what: String,
    /// Why.
    pub cause: String,
    /// What to do.
    pub next: String,
}

macro_rules! troubles {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty),* } $code:literal $exit:ident
        what $what_zh:literal $what_en:literal
        cause $cause_zh:literal $cause_en:literal
        next $next_zh:literal $next_en:literal;)*) => {
        /// What went wrong at the desk.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "the sentences of each variant say what its fields are")]
        pub enum Trouble {
            $($(#[$doc])* $name { $($field: $type),* },)*
        }

        impl Trouble {
            /// Returns the stable code.
            #[must_use]
            pub fn code(&self) -> &'static str {
                match self {
                    $(Trouble::$name { .. } => $code,)*
                }
            }

            /// Returns the exit status of a command that meets it.
            #[must_use]
            pub fn exit(&self) -> Exit {
                match self {
                    $(Trouble::$name { .. } => Exit::$exit,)*
                }
            }

            #[allow(unused_variables, reason = "not every sentence names every field")]
            fn sentences(&self, lang: Lang) -> Saying {
                match (self, lang) {
                    $((Trouble::$name { $($field),* }, Lang::Chinese) => {
                        Saying { what: format!($what_zh), cause: format!($cause_zh), next: format!($next_zh) }
                    }
                    (Trouble::$name { $($field),* }, Lang::English) => {
                        Saying { what: format!($what_en), cause: format!($cause_en), next: format!($next_en) }
                    })*
                }
            }
        }

        /// Every code with the name of its variant, for the test that they differ and for the operators' table.
        pub const CODES: &[(&str, &str)] = &[$(($code, stringify!($name))),*];
    };
}

troubles! {
    /// The request's JSON does not read.
    BadRequest { why: String } "E0101" Usage
        what "请求无法读取" "the request cannot be read"
        cause "{why}" "{why}"
        next "核对命令参数后重试" "check the arguments and try again";
    /// A word out of a fixed list.
    BadWord { field: &'static str, word: String, allowed: &'static str } "E0102" Usage
        what "参数 {field} 的取值不对" "{field} has no such value"
        cause "“{word}”不在允许的取值之内：{allowed}" "{word:?} is none of: {allowed}"
        next "改用允许的取值" "use one of these words";
    /// An applicant that does not read.
    BadApplicant { zh: String, why: String } "E0103" Usage
        what "申请人信息不合要求" "the applicant cannot be registered"
        cause "{zh}" "{why}"
        next "申请人 JSON 须含 name、id_type（三位代码）、id_no，可含 phone" "give JSON with name, id_type (three digits), id_no and, if there is one, phone";
    /// A file without one usable row.
    BadFile { zh: String, why: String } "E0104" Usage
        what "文件中没有可用的行" "the file has no usable row"
        cause "{zh}" "{why}"
        next "核对文件的表头和编码（UTF-8）；GBK 文件先转换：iconv -f GBK -t UTF-8 原文件 > 新文件" "check the file's header and encoding (UTF-8)";
    /// No such case here.
    NoCase { number: String } "E0201" NotFound
        what "没有这个办件" "there is no such case here"
        cause "本节点没有编号为 {number} 的办件" "no case with the number {number} is held by this node"
        next "核对编号；若在别处登记，先同步：meshctl sync now" "check the number; if it was registered elsewhere, sync first: meshctl sync now";
    /// No such item here.
    NoItem { code: String } "E0202" NotFound
        what "没有这个事项" "there is no such item here"
        cause "本节点的事项目录中没有 {code}" "{code} is not in this node's catalogue"
        next "用 meshctl catalog list 查找事项编码" "find the code with: meshctl catalog list";
    /// No such site here.
    NoSite { code: String } "E0203" NotFound
        what "没有这个站点" "there is no such site"
        cause "站点登记中没有区划代码 {code}" "the registry has no division code {code}"
        next "用 meshctl site list 查找代码，或在县级导入" "find the code with: meshctl site list, or import it at the county";
    /// No such year here.
    NoYear { year: i32 } "E0204" NotFound
        what "这一年的工作日历尚未发布" "the calendar of this year is not published"
        cause "本节点没有 {year} 年的日历" "this node holds no calendar of {year}"
        next "由县级导入日历，或先同步" "import the calendar at the county, or sync first";
    /// No such plan.
    NoPlan { plan: String } "E0205" NotFound
        what "没有这个发布方案" "there is no such plan"
        cause "没有名为 {plan} 的方案" "no plan is kept under the name {plan}"
        next "先运行 meshctl catalog import 生成方案" "make one with: meshctl catalog import";
    /// No such document.
    NoDocument { document: String } "E0206" NotFound
        what "没有这个文档" "there is no such document here"
        cause "本节点的日志中没有 {document}" "the journal of this node has no body of {document}"
        next "核对文档号，或先同步" "check the id, or sync first";
    /// No such route.
    NoRoute { route: String } "E0207" NotFound
        what "没有这个接口" "there is no such route"
        cause "本节点不提供 {route}" "this node does not serve {route}"
        next "核对命令与节点的版本：meshctl version" "compare the versions of command and node: meshctl version";
    /// The model refuses the act.
    Act { kind: &'static str, zh: String, en: String, next_zh: String, next_en: String } "E0301" Refused
        what "不能办理，未写入任何内容" "the act is refused; nothing was written"
        cause "{zh}（{kind}）" "{en} ({kind})"
        next "{next_zh}" "{next_en}";
    /// Only the hub does this.
    HubOnly { route: String } "E0302" Refused
        what "只有县级节点可以这样做" "only the county hub may do this"
        cause "本节点不是县级节点：{route}" "this node is not the county hub: {route}"
        next "在县级节点上运行此命令" "run the command at the county hub";
    /// The node has no post.
    NotEnrolled {} "E0303" Refused
        what "本节点尚不能办理业务" "this node may not act"
        cause "权限日志中没有本节点，或已被撤销" "the authority log does not name this node, or it was revoked"
        next "先同步；若已撤销，请联系县级重新入网" "sync first; if it was revoked, ask the county to enrol it again";
    /// The journal is full.
    Full {} "E0304" Refused
        what "存储空间已满，未写入任何内容" "the journal has no space; nothing was written"
        cause "本机磁盘没有空间" "the disk of this machine is full"
        next "清理磁盘后重试；查询仍可使用" "make room on the disk and try again; reading goes on";
    /// Too many acts wait.
    Busy {} "E0305" Refused
        what "本节点正忙，未写入任何内容" "the node is busy; nothing was written"
        cause "等待写入的操作过多" "too many acts wait to be written"
        next "稍后重试" "try again in a moment";
    /// The county's day is not known.
    NoDay {} "E0306" Refused
        what "本节点还不知道全县的当前日期" "this node does not know the county's day"
        cause "还没有收到县级的日期记录" "no day record of the hub has arrived"
        next "先与县级或乡镇同步一次：meshctl sync now" "sync once with the county or the township: meshctl sync now";
    /// The own site is not in the registry yet.
    NoOwnSite {} "E0307" Refused
        what "本节点还不知道自己的站点" "this node does not know its own site"
        cause "站点登记尚未同步到本机" "the registry's record of this site has not arrived"
        next "先与县级或乡镇同步一次：meshctl sync now" "sync once with the county or the township: meshctl sync now";
    /// The core refuses.
    Core { why: String } "E0308" Refused
        what "写入被拒绝，未写入任何内容" "the act was not admitted; nothing was written"
        cause "{why}" "{why}"
        next "这通常是程序错误，请把日志交给县级运维" "this is likely a fault of the program: hand the log to the county's operators";
    /// Where to hand over to is not known.
    NoWay { zh: &'static str, why: &'static str } "E0309" Refused
        what "无法确定移交对象，未写入任何内容" "it is not clear to whom custody is offered; nothing was written"
        cause "{zh}" "{why}"
        next "用 --to 指明站点的区划代码" "name the site's division code with --to";
    /// The site stands in the registry.
    SiteKnown { code: String } "E0310" Refused
        what "这个站点已登记" "the site is registered already"
        cause "区划代码 {code} 已在站点登记中" "the registry has the division code {code}"
        next "用 meshctl site show {code} 查看" "look at it with: meshctl site show {code}";
    /// The item cannot be withdrawn.
    ItemWithdrawn { code: String } "E0311" Refused
        what "这个事项已经撤销" "the item is withdrawn already"
        cause "{code} 的最新版本已是撤销状态" "the newest version of {code} is a withdrawal"
        next "无需再做" "nothing is left to do";
    /// Another county's code.
    OtherCounty { code: String, county: String } "E0312" Refused
        what "区划代码不属于本县" "the division code is not of this county"
        cause "{code} 不在 {county} 之内" "{code} does not lie in {county}"
        next "核对文件是否属于本县" "check whether the file is this county's";
    /// The journal cannot be read.
    Journal { why: String } "E0401" Failed
        what "读取日志失败" "the journal cannot be read"
        cause "{why}" "{why}"
        next "检查磁盘；数据以日志为准，不要删除" "check the disk; the journal is the truth, do not delete it";
    /// The cache cannot be used.
    Cache { why: String } "E0402" Failed
        what "读取缓存失败" "the cache cannot be used"
        cause "{why}" "{why}"
        next "停止节点，删除 cache.db 后重启；它会从日志重建" "stop the node, delete cache.db and start again: it is rebuilt from the journal";
    /// The driver ended.
    Ending {} "E0403" Failed
        what "节点正在停止" "the node is ending"
        cause "操作是否已写入，要到重启后才知道" "whether the act was written shows after the restart"
        next "重启后用 meshctl case list 核对，再决定是否重做" "after the restart look with meshctl case list before doing it again";
    /// A file beside the journal cannot be written.
    File { path: String, why: String } "E0404" Failed
        what "写入文件失败" "a file cannot be written"
        cause "{path}：{why}" "{path}: {why}"
        next "检查磁盘和目录权限" "check the disk and the rights on the directory";
    /// Numbers are used up, or a year is out of range.
    Numbers {} "E0405" Failed
        what "无法给出编号" "no number can be given"
        cause "日期超出范围，或编号已用完" "the day is out of range, or the numbers are used up"
        next "核对本机日期" "check the date of this machine";
    /// A stored paper is damaged.
    Damaged { what: String } "E0406" Failed
        what "存储的内容已损坏" "something stored is damaged"
        cause "{what}" "{what}"
        next "请把日志交给县级运维" "hand the log to the county's operators";
    /// Something at the start failed.
    Start { what: &'static str, why: String } "E0407" Failed
        what "启动失败" "the daemon could not start"
        cause "{what}：{why}" "{what}: {why}"
        next "排除原因后重新启动；数据没有改变" "remove the cause and start again; the data is as it was";
    /// The driver ended by itself.
    Driver { why: String } "E0408" Failed
        what "节点意外停止" "the node ended by itself"
        cause "{why}" "{why}"
        next "检查磁盘后重新启动；节点会从日志恢复" "check the disk and start again: the node recovers from its journal";
    /// No data directory.
    NoData { path: String } "E0208" NotFound
        what "没有这个数据目录" "there is no such data directory"
        cause "{path} 不存在，或不是目录" "{path} does not exist, or is no directory"
        next "先运行 hub init 或 edge-node enroll" "run hub init or edge-node enroll first";
    /// Not an enrolled node's directory.
    NotInitialised { path: String } "E0209" NotFound
        what "数据目录中没有节点" "the data directory holds no node"
        cause "{path} 中没有密钥和证书" "{path} has no keys and certificates"
        next "先运行 hub init 或 edge-node enroll" "run hub init or edge-node enroll first";
    /// A directory that is in use.
    DataExists { path: String } "E0313" Refused
        what "数据目录已被使用，未作任何改动" "the data directory is in use already; nothing was changed"
        cause "{path} 中已有节点或县级权限" "{path} holds a node or an authority"
        next "换一个新目录" "choose a new directory";
    /// Another daemon runs there.
    AlreadyRunning { path: String } "E0314" Refused
        what "已有程序在使用这个数据目录" "another daemon runs on this data directory"
        cause "{path} 已被锁定" "{path} is locked"
        next "先停止那个程序，或换一个目录" "stop that daemon first, or choose another directory";
    /// Others may read it.
    TooOpen { path: String, mode: String } "E0315" Refused
        what "数据目录对他人开放" "the data directory is open to others"
        cause "{path} 的权限是 {mode}" "{path} has mode {mode}"
        next "运行 chmod go= {path}" "run chmod go= {path}";
    /// A token that does not read.
    BadToken { zh: String, why: String } "E0105" Usage
        what "入网令牌无法读取" "the token cannot be read"
        cause "{zh}" "{why}"
        next "核对令牌是否完整，或请县级重新发放" "check that the line is whole, or ask the county for another";
    /// The county says no.
    TokenRefused { zh: String, why: String } "E0316" Refused
        what "县级节点没有接纳本机" "the hub did not admit this machine"
        cause "{zh}" "{why}"
        next "请县级重新发放令牌：meshctl site token" "ask the county for another token: meshctl site token";
    /// The hub was not reached.
    HubUnreachable { zh: String, why: String } "E0501" Unreachable
        what "无法连接县级节点" "the hub was not reached"
        cause "{zh}" "{why}"
        next "检查网络和地址；可用 --via 通过邻近站点入网" "check line and address; a neighbour can help with --via";
    /// A plan that no longer fits.
    PlanStale { code: String } "E0317" Refused
        what "发布方案已过时，未发布其余内容" "the plan is out of date; the rest was not published"
        cause "{code} 在方案生成之后有了新版本" "{code} has a newer version than the plan knows"
        next "重新运行 meshctl catalog import 生成方案" "make a new plan with: meshctl catalog import";
    /// Nowhere to dial.
    NoAddress {} "E0318" Refused
        what "不能发放令牌" "no token can be given"
        cause "不知道站点应当连接哪个地址" "it is not known where sites shall dial the hub"
        next "启动时加上 --advertise 主机:端口" "start the hub with --advertise HOST:PORT";
    /// Not a county's code.
    BadCounty { code: String } "E0106" Usage
        what "不是县级区划代码" "this is no county's division code"
        cause "“{code}”不是六位县级代码" "{code:?} is not the six digits of a county"
        next "例如 --county 511602" "for example --county 511602";
    /// The command line does not read.
    BadArguments { zh: String, en: String, usage: String } "E0107" Usage
        what "{zh}" "{en}"
        cause "命令行无法读取，未作任何操作" "the command line cannot be read; nothing was done"
        next "用法：{usage}" "usage: {usage}";
    /// The file that shifts the clock does not read.
    BadClockFile { path: String } "E0108" Usage
        what "时钟文件无法读取，未启动" "the clock file cannot be read; nothing was started"
        cause "{path} 应当只含一个整数（秒）" "{path} wants one whole number of seconds and nothing else"
        next "改正文件，或去掉 --clock-file" "mend the file, or leave --clock-file away";
    /// A name that is too long, or is none.
    BadName { chars: usize } "E0109" Usage
        what "站点名称不合要求" "the site's name cannot be used"
        cause "名称有 {chars} 个字符，应为 1 至 100 个，且不含控制字符" "the name has {chars} characters; 1 to 100 are allowed, and no control characters"
        next "改短名称后重试" "shorten the name and try again";
    /// A date beyond what can be written.
    DayOutOfRange {} "E0110" Usage
        what "日期超出范围" "the date is out of range"
        cause "推算的日期晚于 9999 年" "the count ends after the year 9999"
        next "改用更早的起始日期或更少的工作日" "use an earlier day or fewer working days";
    /// Another county's hub answered.
    OtherHub {} "E0319" Refused
        what "应答的不是令牌所属县的县级节点" "the hub that answers is not of the token's county"
        cause "对方出示的县级根证书与令牌中的不一致" "the county root that it shows is not the one that the token pins"
        next "核对连接地址，并请发放令牌的县级节点确认：meshctl site token" "check the address, and ask the county that gave the token: meshctl site token";
    /// The answer cannot be written.
    Output { why: String } "E0409" Failed
        what "结果无法写出" "the answer cannot be written"
        cause "标准输出写入失败（{why}）" "standard output failed ({why})"
        next "操作可能已经完成；检查输出位置的空间，先用 meshctl status 核对，再决定是否重做" "the act may be done: check the space where the output goes, look with meshctl status before doing it again";
    /// A key file is missing or damaged.
    KeyFile { path: String } "E0410" Failed
        what "密钥文件缺失或损坏，未启动" "a key file is missing or damaged; nothing was started"
        cause "{path} 不存在，或内容不完整" "{path} is not there, or is not whole"
        next "从备份恢复该文件；没有备份时，请县级发放新令牌，在新目录中重新入网" "restore the file from a copy; without one, ask the county for a new token and enrol anew in a new directory";
}

impl Trouble {
    /// Says it in three sentences; causes that the layers below tell in English only are told in Chinese as far as there are words.
    #[must_use]
    pub fn say(&self, lang: Lang) -> Saying {
        let said = self.sentences(lang);
        match lang {
            Lang::Chinese => Saying { cause: chinese::cause(self).unwrap_or(said.cause), ..said },
            Lang::English => said,
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Saying { what, cause, .. } = self.say(Lang::English);
        write!(f, "{}: {what}: {cause}", self.code())
    }
}

impl std::error::Error for Trouble {}

/// Returns an error and its causes on one line.
#[must_use]
pub fn chain_of(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        line.push_str(": ");
        line.push_str(&next.to_string());
        cause = next.source();
    }
    line
}
