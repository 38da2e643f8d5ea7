//! Pictures are whole, say what they show, and fetch nothing.

use super::{plot, study};
use crate::report::Lang;

#[test]
fn every_picture_is_whole_and_says_what_it_shows() {
    let study = study(&["<a & \"b\">", "b\u{1}"], 1..2, 110);
    for lang in [Lang::Zh, Lang::En] {
        for picture in plot::all(&study, lang) {
            let name = picture.file;
            let page = roxmltree::Document::parse(&picture.svg).unwrap_or_else(|error| panic!("{name}: {error}"));
            let root = page.root_element();
            assert_eq!(root.attribute("viewBox").map(|view| view.starts_with("0 0 1000 ")), Some(true), "{name}");
            let child = |tag: &str| root.children().find(|child| child.has_tag_name(("http://www.w3.org/2000/svg", tag)));
            for tag in ["title", "desc"] {
                assert!(child(tag).and_then(|child| child.text()).is_some_and(|text| text.chars().count() >= 5), "{name} has no {tag}");
            }
            let links = page.descendants().flat_map(|node| node.attributes().collect::<Vec<_>>());
            assert!(links.clone().all(|link| link.name() != "href" && link.name() != "src"), "{name} fetches something");
            assert!(links.clone().all(|link| !link.value().contains("url(") || link.value() == "url(#hatch)"), "{name}");
            let texts = page.descendants().filter(|node| node.has_tag_name(("http://www.w3.org/2000/svg", "text"))).count();
            assert!(texts > 8, "{name} has {texts} labels");
        }
    }
}

#[test]
fn nothing_is_drawn_outside_the_picture() {
    let study = study(&["a", "b"], 1..2, 110);
    for picture in plot::all(&study, Lang::En) {
        let page = roxmltree::Document::parse(&picture.svg).unwrap();
        let number = |node: &roxmltree::Node<'_, '_>, name: &str| node.attribute(name).and_then(|value| value.parse::<i64>().ok());
        let height = number(&page.root_element(), "height").unwrap();
        for node in page.descendants().filter(|node| node.attribute("x").is_some()) {
            let (x, y) = (number(&node, "x").unwrap(), number(&node, "y").unwrap());
            let (width, tall) = (number(&node, "width").unwrap_or(0), number(&node, "height").unwrap_or(0));
            assert!(x >= 0 && y >= 0 && width >= 0 && tall >= 0 && x + width <= 1_000 && y + tall <= height, "{}: {node:?}", picture.file);
        }
    }
}
