//! The county's desk over a real node in a directory of its own: registry, catalogue, calendar, tokens, and what they refuse.

use crate::cli::{Cli, InitArgs, ServeArgs};
use crate::init::init;
use crate::office::{calendar, catalog, sites, tokens};
use crate::serve::{Open, open};
use clap::CommandFactory;
use mesh_office::api::catalog::{Import, Publish, Withdraw};
use mesh_office::api::{calendar as calendar_api, site};
use mesh_office::face::Face;
use mesh_office::trouble::Trouble;
use std::path::PathBuf;
use sync_protocol::enrol::Token;

const SITES: &str = "code,name,level,parent_code\n511602,示例县,county,\n511602101,示例镇,township,511602\n511602101201,示例村,village,511602101\n\
    511602999201,无主村,village,511602999\n";
const CATALOGUE: &str = "seq,department,main_item,name,item_code,task_type,dept_code\n\
    1,示例局,未分类,示例事项,511A0000000001-511602000000-000-11511602MB0000000A-1-00,1,11511602MB0000000A\n\
    2,示例局,示例主项,另一事项,BAD-CODE,01,11511602MB0000000A\n";
const GUIDE: &str = r#"{"item_name":"示例事项","accept_condition":"示例条件","promise_days":5,"steps":[{"name":"审查"}]}"#;

struct TestHub {
    open: Open,
    data: tempfile::TempDir,
}

impl TestHub {
    async fn start() -> TestHub {
        let data = tempfile::tempdir().expect("a directory");
        let open = TestHub::open_in(&data).await;
        TestHub { open, data }
    }

    async fn open_in(data: &tempfile::TempDir) -> Open {
        let dir = data.path().join("hub");
        let args = InitArgs { data: dir.clone(), county: "511602".to_owned(), name: Some("示例县".to_owned()), clock_file: None };
        init(args, Face::default()).await.expect("founded");
        open(serve_args(dir)).await.expect("opens")
    }

    async fn publish(&self, guides: Option<&str>) -> mesh_office::api::catalog::Published {
        let planned = catalog::import(&self.open.office, import(guides)).await.expect("planned");
        let plan = planned.plan.expect("kept");
        catalog::publish(&self.open.office, Publish { plan }).await.expect("published")
    }
}

fn serve_args(data: PathBuf) -> ServeArgs {
    let listen = "127.0.0.1:0".parse().expect("an address");
    ServeArgs { data, listen, advertise: Vec::new(), http: None, clock_file: None, sent_log: None, landed_pause_ms: 1_000 }
}

fn import(guides: Option<&str>) -> Import {
    let guides = guides.map(str::to_owned);
    Import { csv: CATALOGUE.to_owned(), guides, dry_run: false, effective: None, level: None, guides_source: None }
}

#[test]
fn every_command_has_help_with_an_example() {
    let cli = Cli::command();
    cli.clone().debug_assert();
    for command in cli.get_subcommands().filter(|command| command.get_name() != "help") {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        assert!(help.contains("Example:") && help.contains(command.get_name()), "{}", command.get_name());
    }
}

#[tokio::test]
async fn a_second_init_touches_nothing() {
    let hub = TestHub::start().await;
    let args = InitArgs { data: hub.data.path().join("hub"), county: "511602".to_owned(), name: None, clock_file: None };
    assert!(matches!(init(args, Face::default()).await, Err(Trouble::DataExists { .. })));
}

#[tokio::test]
async fn a_code_that_is_no_county_is_refused() {
    let data = tempfile::tempdir().expect("a directory");
    for county in ["511602101", "000000", "abc"] {
        let args = InitArgs { data: data.path().join("new"), county: county.to_owned(), name: None, clock_file: None };
        assert!(matches!(init(args, Face::default()).await, Err(Trouble::BadCounty { .. })), "{county}");
    }
    assert!(!data.path().join("new").exists());
}

#[tokio::test]
async fn a_divisions_file_imports_once_and_keeps_its_ids() {
    let hub = TestHub::start().await;
    let ask = || site::Import { csv: SITES.to_owned() };
    let first = sites::import(&hub.open.office, ask()).await.expect("imported");
    let second = sites::import(&hub.open.office, ask()).await.expect("imported");
    assert_eq!((first.added, first.unchanged, first.refused), (2, 1, 1));
    assert_eq!((second.added, second.changed, second.unchanged), (0, 0, 3));
    assert_eq!(first.errors[0].defect, "no_parent");
    let ids = |imported: site::Imported| imported.rows.iter().map(|row| row.site).collect::<Vec<_>>();
    assert_eq!(ids(first), ids(second));
}

#[tokio::test]
async fn a_file_of_another_county_has_no_usable_row() {
    let hub = TestHub::start().await;
    let csv = "code,name,level,parent_code\n361027,别县,county,\n".to_owned();
    let refused = sites::import(&hub.open.office, site::Import { csv }).await;
    assert!(matches!(refused, Err(Trouble::BadFile { .. })), "{refused:?}");
}

#[tokio::test]
async fn a_row_of_another_county_is_left_out_and_the_rest_is_imported() {
    let hub = TestHub::start().await;
    let csv = format!("{SITES}361027,别县,county,\n");
    let imported = sites::import(&hub.open.office, site::Import { csv }).await.expect("imported");
    let note = imported.errors.last().expect("a row is left out");
    assert_eq!((imported.added, imported.refused, note.line, note.defect.as_str()), (2, 2, 6, "other_county"));
    assert!(note.text.contains("361027") && !note.text.contains("361027000"), "{}", note.text);
}

#[tokio::test]
async fn a_name_of_a_site_has_a_bound() {
    let hub = TestHub::start().await;
    let code = || "511602101".parse().expect("a code");
    for name in ["镇".repeat(101), "示例\n镇".to_owned(), " ".to_owned()] {
        let refused = sites::add(&hub.open.office, site::Add { code: code(), name, parent: None }).await;
        assert!(matches!(refused, Err(Trouble::BadName { .. })), "{refused:?}");
    }
    let csv = format!("code,name,level,parent_code\n511602,示例县,county,\n511602101,{},township,511602\n", "镇".repeat(101));
    let imported = sites::import(&hub.open.office, site::Import { csv }).await.expect("imported");
    assert_eq!((imported.added, imported.errors[0].defect.as_str()), (0, "too_long"));
}

#[tokio::test]
async fn a_year_with_a_bad_row_is_not_published_and_the_others_are() {
    let hub = TestHub::start().await;
    let csv = "date,kind,name\n2026-01-01,holiday,元旦\n2026-13-01,holiday,坏行\n2027-01-01,holiday,元旦\n".to_owned();
    let imported = calendar::import(&hub.open.office, calendar_api::Import { csv }).await.expect("imported");
    let outcomes: Vec<(i32, &str)> = imported.years.iter().map(|year| (year.year, year.outcome.as_str())).collect();
    assert_eq!(outcomes, [(2026, "left_out"), (2027, "published")]);
    assert_eq!((imported.errors.len(), imported.errors[0].line), (1, 3));
    let calendar = hub.open.daemon.desk.calendar().await.expect("reads");
    assert!(calendar.year(2026).is_none() && calendar.year(2027).is_some());
}

#[tokio::test]
async fn a_row_whose_year_cannot_be_told_keeps_every_year_back() {
    let hub = TestHub::start().await;
    let csv = "date,kind,name\n2026-01-01,holiday,元旦\n元旦,holiday,坏行\n".to_owned();
    let imported = calendar::import(&hub.open.office, calendar_api::Import { csv }).await.expect("imported");
    assert_eq!((imported.years[0].outcome.as_str(), imported.errors.len()), ("left_out", 1));
}

#[tokio::test]
async fn a_file_without_a_usable_row_is_told_in_chinese() {
    let hub = TestHub::start().await;
    let refused = sites::import(&hub.open.office, site::Import { csv: "a,b\n1,2\n".to_owned() }).await.expect_err("no rows");
    let said = refused.say(mesh_office::trouble::Lang::Chinese);
    assert!(said.cause.contains("表头缺少 code 一列") && !said.cause.contains("header"), "{said:?}");
}

#[tokio::test]
async fn a_clock_file_that_does_not_read_starts_nothing() {
    let hub = TestHub::start().await;
    let file = hub.data.path().join("clock");
    std::fs::write(&file, "later").expect("written");
    let args = ServeArgs { clock_file: Some(file), ..serve_args(hub.data.path().join("hub")) };
    assert!(matches!(open(args).await, Err(Trouble::BadClockFile { .. })));
}

#[tokio::test]
async fn a_short_key_file_is_named() {
    let data = tempfile::tempdir().expect("a directory");
    let dir = data.path().join("hub");
    let args = InitArgs { data: dir.clone(), county: "511602".to_owned(), name: None, clock_file: None };
    init(args, Face::default()).await.expect("founded");
    let key = std::fs::read_dir(dir.join("keys")).expect("a folder").filter_map(Result::ok).map(|entry| entry.path());
    let key = key.filter(|path| std::fs::metadata(path).is_ok_and(|meta| meta.len() == 32)).min().expect("a key of 32 bytes");
    std::fs::File::options().write(true).open(&key).and_then(|file| file.set_len(16)).expect("cut");
    let Err(Trouble::KeyFile { path }) = open(serve_args(dir)).await else { panic!("starts with half a key") };
    assert_eq!(path, key.display().to_string());
}

#[tokio::test]
async fn a_site_is_added_under_the_one_its_code_lies_in() {
    let hub = TestHub::start().await;
    let add = |code: &str, name: &str| site::Add { code: code.parse().expect("a code"), name: name.to_owned(), parent: None };
    let early = sites::add(&hub.open.office, add("511602101201", "示例村")).await;
    assert!(matches!(early, Err(Trouble::NoSite { .. })));
    sites::add(&hub.open.office, add("511602101", "示例镇")).await.expect("added");
    let village = sites::add(&hub.open.office, add("511602101201", "示例村")).await.expect("added");
    assert_eq!(village.site.parent.map(|code| code.to_string()).as_deref(), Some("511602101000"));
    let again = sites::add(&hub.open.office, add("511602101201", "示例村")).await;
    assert!(matches!(again, Err(Trouble::SiteKnown { .. })));
}

#[tokio::test]
async fn a_token_is_one_line_bound_to_its_site_and_its_secret_is_not_kept() {
    let hub = TestHub::start().await;
    sites::import(&hub.open.office, site::Import { csv: SITES.to_owned() }).await.expect("imported");
    let ask = site::Token { code: "511602101201".parse().expect("a code"), ttl_s: None };
    let given = tokens::give(&hub.open.office, ask).await.expect("given");
    let token = Token::from_line(&given.token).expect("reads");
    assert_eq!((token.county.as_str(), given.ttl_s, given.token.lines().count()), ("511602", 72 * 3_600, 1));
    let notes = hub.open.daemon.desk.handle().reader().notes("hub.token.").await.expect("read");
    let held: Vec<u8> = notes.into_iter().flat_map(|(_, value)| value).collect();
    assert!(!held.windows(20).any(|window| window == token.secret.as_slice()));
}

#[tokio::test]
async fn a_plan_tells_the_defects_and_a_dry_run_keeps_nothing() {
    let hub = TestHub::start().await;
    let planned = catalog::import(&hub.open.office, Import { dry_run: true, ..import(Some(GUIDE)) }).await.expect("planned");
    assert_eq!((planned.plan, planned.listed, planned.complete, planned.to_publish), (None, 1, 1, 2));
    assert_eq!((planned.guides.given, planned.guides.matched), (1, 1));
    let kinds: Vec<&str> = planned.defects_by_kind.keys().map(String::as_str).collect();
    assert_eq!(kinds, ["check_digit", "not_well_formed", "task_type_zero", "unsorted"]);
    assert!(!hub.data.path().join("hub/plans").exists());
}

#[tokio::test]
async fn publishing_a_plan_twice_publishes_once() {
    let hub = TestHub::start().await;
    let first = hub.publish(Some(GUIDE)).await;
    let again = catalog::publish(&hub.open.office, Publish { plan: first.plan.clone() }).await.expect("published");
    assert_eq!((first.published, again.published, again.already), (2, 0, 2));
}

#[tokio::test]
async fn a_plan_made_before_another_publication_is_stale() {
    let hub = TestHub::start().await;
    hub.publish(None).await;
    let plan = catalog::import(&hub.open.office, import(Some(GUIDE))).await.expect("planned").plan.expect("kept");
    let code: mesh_model::code::ItemCode = "511A0000000001-511602000000-000-11511602MB0000000A-1-00".parse().expect("a code");
    catalog::withdraw(&hub.open.office, Withdraw { code: code.clone(), effective: None }).await.expect("withdrawn");
    assert!(matches!(catalog::publish(&hub.open.office, Publish { plan }).await, Err(Trouble::PlanStale { .. })));
    let twice = catalog::withdraw(&hub.open.office, Withdraw { code, effective: None }).await;
    assert!(matches!(twice, Err(Trouble::ItemWithdrawn { .. })));
}

#[tokio::test]
async fn a_plan_s_name_is_no_path() {
    let hub = TestHub::start().await;
    for plan in ["../keys/signing", "", "0123456789ab"] {
        let refused = catalog::publish(&hub.open.office, Publish { plan: plan.to_owned() }).await;
        assert!(matches!(refused, Err(Trouble::NoPlan { .. })), "{plan}");
    }
}

#[tokio::test]
async fn a_calendar_that_changes_is_the_next_revision() {
    let hub = TestHub::start().await;
    let ask = |csv: &str| calendar_api::Import { csv: csv.to_owned() };
    let year = |imported: calendar_api::Imported| (imported.years[0].revision, imported.years[0].outcome.clone());
    let first = "date,kind,name\n2026-01-01,holiday,元旦\n";
    let import = |csv: &'static str| calendar::import(&hub.open.office, ask(csv));
    assert_eq!(year(import(first).await.expect("imported")), (1, "published".to_owned()));
    assert_eq!(year(import(first).await.expect("imported")), (1, "unchanged".to_owned()));
    let more = "date,kind,name\n2026-01-01,holiday,元旦\n2026-01-02,holiday,元旦\n";
    assert_eq!(year(import(more).await.expect("imported")), (2, "published".to_owned()));
}

#[tokio::test]
async fn a_hub_that_was_stopped_goes_on_with_its_papers() {
    let hub = TestHub::start().await;
    hub.publish(Some(GUIDE)).await;
    let TestHub { open: before, data } = hub;
    before.daemon.serve(axum::Router::new(), async {}).await.expect("stops");
    let after = open(serve_args(data.path().join("hub"))).await.expect("opens");
    assert_eq!(after.daemon.desk.newest_items().await.expect("reads").len(), 2);
}
