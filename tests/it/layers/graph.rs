//! Which file of the library uses which, as its syntax says: imports, and every path in code, also inside of macros.
//!
//! An edge goes to the file that *defines* an item, however many re-exports lie between. So `use super::X` in a child of
//! `mod.rs` leads to the sibling that has `X`, and to `mod.rs` only if `X` is defined there. What `mod.rs` re-exports of
//! the modules below it is its table of contents and no use of them; what its own code names of them is one, whether it
//! was imported or re-exported. That a module is named is no use either: what is then taken from it is.
//!
//! Left out are tests, and what a path does not show: methods, and traits that are used without being named.

use proc_macro2::{TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use syn::visit::{self, Visit};

/// Names joined by `::`.
type Path = Vec<String>;

/// Files by their paths below `src`, each with those that it uses.
pub(super) type Graph = BTreeMap<String, BTreeSet<String>>;

/// The modules of a library.
#[derive(Default)]
pub(super) struct Modules(BTreeMap<Path, Module>);

#[derive(Default)]
struct Module {
    file: String,
    /// Items that are defined in it.
    defined: BTreeSet<String>,
    imports: Vec<Import>,
    /// Macros that are the crate's, wherever they stand.
    exported: BTreeSet<String>,
    /// Paths in its code.
    paths: BTreeSet<Path>,
}

struct Import {
    /// The name that it brings; `None` for a glob.
    name: Option<String>,
    path: Path,
    is_reexport: bool,
}

/// What a path leads to.
enum Target {
    Module(Path),
    /// An item, in this module.
    Item(Path),
}

impl Modules {
    /// Reads a library from its files, by their paths below `src`.
    pub(super) fn read(files: &BTreeMap<String, String>) -> Self {
        let mut modules = Self::default();
        modules.file(files, Vec::new(), "lib.rs", "");
        modules
    }

    /// Reads a file. Its modules lie in `folder`, which is empty or ends with a slash.
    fn file(&mut self, files: &BTreeMap<String, String>, at: Path, file: &str, folder: &str) {
        let text = files.get(file).unwrap_or_else(|| panic!("no file {file}"));
        let parsed = syn::parse_file(text).unwrap_or_else(|error| panic!("{file}: {error}"));
        self.items(files, at, file, folder, &parsed.items);
    }

    fn items(&mut self, files: &BTreeMap<String, String>, at: Path, file: &str, folder: &str, items: &[syn::Item]) {
        let mut module = Module {
            file: file.to_owned(),
            ..Module::default()
        };
        for item in items {
            let syn::Item::Mod(below) = item else {
                module.visit_item(item);
                continue;
            };
            if is_test(&below.attrs) {
                continue;
            }
            let name = below.ident.to_string();
            let path = [&at[..], std::slice::from_ref(&name)].concat();
            let inner = format!("{folder}{name}/");
            match &below.content {
                Some((_, items)) => self.items(files, path, file, &inner, items),
                None => {
                    let places = [format!("{folder}{name}.rs"), format!("{inner}mod.rs")];
                    let found = places.iter().find(|place| files.contains_key(*place));
                    let found = found.unwrap_or_else(|| panic!("{file}: no file for `mod {name}`"));
                    self.file(files, path, found, &inner);
                }
            }
        }
        self.0.insert(at, module);
    }

    /// Every file with those that it uses. Panics on a path into the library that leads nowhere: it would hide a use.
    pub(super) fn graph(&self) -> Graph {
        let mut graph = Graph::new();
        for (at, module) in &self.0 {
            let uses = graph.entry(module.file.clone()).or_default();
            let reexports = module.imports.iter().filter(|one| one.is_reexport);
            let below = reexports.filter_map(|one| self.item(at, &one.path));
            let contents: BTreeSet<Path> = below
                .filter(|found| found.len() > at.len() && found.starts_with(at))
                .collect();
            let imported = module.imports.iter().filter(|one| one.name.is_some());
            let imported = imported.filter_map(|one| {
                let found = self.item(at, &one.path)?;
                (!one.is_reexport || !contents.contains(&found)).then_some(found)
            });
            let named = module.paths.iter().filter_map(|path| self.item(at, path));
            let files = imported.chain(named).map(|found| &self.0[&found].file);
            uses.extend(files.filter(|file| **file != module.file).cloned());
        }
        graph
    }

    /// The module that defines the item of a path in the code of `at`; `None` if the path is that of a module, or leads
    /// out of the library.
    fn item(&self, at: &Path, path: &Path) -> Option<Path> {
        let is_ours = matches!(path[0].as_str(), "crate" | "self" | "super");
        match self.resolve(at, path, 0) {
            Some(Target::Item(found)) => Some(found),
            Some(Target::Module(_)) => None,
            None if is_ours => panic!("{}: `{}` leads nowhere", self.0[at].file, path.join("::")),
            None => None,
        }
    }

    fn resolve(&self, at: &Path, path: &[String], depth: usize) -> Option<Target> {
        let (mut from, mut rest) = (at.clone(), path);
        while let Some((first, more)) = rest.split_first() {
            match first.as_str() {
                "crate" => from.clear(),
                "self" => {}
                "super" => {
                    from.pop();
                }
                _ => break,
            }
            rest = more;
        }
        self.walk(from, rest, depth)
    }

    fn walk(&self, at: Path, path: &[String], depth: usize) -> Option<Target> {
        let Some((name, rest)) = path.split_first() else {
            return Some(Target::Module(at));
        };
        let below = [&at[..], std::slice::from_ref(name)].concat();
        if self.0.contains_key(&below) {
            return self.walk(below, rest, depth);
        }
        let module = &self.0[&at];
        if module.defined.contains(name) {
            return Some(Target::Item(at));
        }
        if at.is_empty()
            && let Some((exporter, _)) = self.0.iter().find(|(_, module)| module.exported.contains(name))
        {
            return Some(Target::Item(exporter.clone()));
        }
        // Imports may lead round in a circle, through globs.
        if depth > 8 {
            return None;
        }
        let named = module.imports.iter().find(|one| one.name.as_ref() == Some(name));
        if let Some(import) = named {
            return match self.resolve(&at, &import.path, depth + 1)? {
                Target::Module(found) => self.walk(found, rest, depth + 1),
                item @ Target::Item(_) => Some(item),
            };
        }
        let globs = module.imports.iter().filter(|one| one.name.is_none());
        globs
            .filter_map(|glob| self.resolve(&at, &glob.path, depth + 1))
            .find_map(|found| match found {
                Target::Module(found) => self.walk(found, path, depth + 1),
                Target::Item(_) => None,
            })
    }
}

impl Module {
    fn import(&mut self, tree: &syn::UseTree, before: &[String], is_reexport: bool) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        let mut add = |name, path| {
            self.imports.push(Import {
                name,
                path,
                is_reexport,
            });
        };
        match tree {
            syn::UseTree::Path(one) => self.import(&one.tree, &with(&one.ident), is_reexport),
            syn::UseTree::Group(group) => {
                for tree in &group.items {
                    self.import(tree, before, is_reexport);
                }
            }
            syn::UseTree::Glob(_) => add(None, before.to_vec()),
            syn::UseTree::Name(one) if one.ident == "self" => add(before.last().cloned(), before.to_vec()),
            syn::UseTree::Name(one) => add(Some(one.ident.to_string()), with(&one.ident)),
            syn::UseTree::Rename(one) => add(Some(one.rename.to_string()), with(&one.ident)),
        }
    }

    /// Paths among the tokens of a macro.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path = Path::new();
        // Colons since the last name.
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Punct(mark) if mark.as_char() == ':' => colons += 1,
                TokenTree::Ident(name) => {
                    if colons != 2 {
                        self.end_of(&mut path);
                    }
                    path.push(name.to_string());
                    colons = 0;
                }
                other => {
                    self.end_of(&mut path);
                    if let TokenTree::Group(group) = other {
                        self.tokens(group.stream());
                    }
                }
            }
        }
        self.end_of(&mut path);
    }

    /// What a macro at the place of an item defines: names after a keyword.
    fn definitions(&mut self, tokens: TokenStream) {
        let mut after_keyword = false;
        for token in tokens {
            match token {
                TokenTree::Ident(name) => {
                    let name = name.to_string();
                    if after_keyword {
                        self.defined.insert(name);
                        after_keyword = false;
                    } else {
                        after_keyword = matches!(name.as_str(), "const" | "enum" | "fn" | "struct" | "trait" | "type");
                    }
                }
                TokenTree::Group(group) => self.definitions(group.stream()),
                _ => after_keyword = false,
            }
        }
    }

    fn end_of(&mut self, path: &mut Path) {
        let path = std::mem::take(path);
        // `self` alone is a value.
        if !path.is_empty() && path != ["self"] {
            self.paths.insert(path);
        }
    }
}

impl Visit<'_> for Module {
    fn visit_item(&mut self, item: &syn::Item) {
        let (attributes, name): (&[syn::Attribute], Option<&syn::Ident>) = match item {
            syn::Item::Const(one) => (&one.attrs, Some(&one.ident)),
            syn::Item::Enum(one) => (&one.attrs, Some(&one.ident)),
            syn::Item::Fn(one) => (&one.attrs, Some(&one.sig.ident)),
            syn::Item::Static(one) => (&one.attrs, Some(&one.ident)),
            syn::Item::Struct(one) => (&one.attrs, Some(&one.ident)),
            syn::Item::Trait(one) => (&one.attrs, Some(&one.ident)),
            syn::Item::Type(one) => (&one.attrs, Some(&one.ident)),
            syn::Item::Impl(one) => (&one.attrs, None),
            syn::Item::Use(one) => (&one.attrs, None),
            syn::Item::Macro(one) => (&one.attrs, one.ident.as_ref()),
            _ => (&[], None),
        };
        if is_test(attributes) {
            return;
        }
        self.defined.extend(name.map(ToString::to_string));
        if let syn::Item::Macro(one) = item {
            self.definitions(one.mac.tokens.clone());
            let is_exported = one.attrs.iter().any(|one| one.path().is_ident("macro_export"));
            self.exported
                .extend(name.filter(|_| is_exported).map(ToString::to_string));
        }
        visit::visit_item(self, item);
    }

    fn visit_item_use(&mut self, item: &syn::ItemUse) {
        let is_reexport = !matches!(item.vis, syn::Visibility::Inherited);
        self.import(&item.tree, &[], is_reexport);
    }

    fn visit_path(&mut self, path: &syn::Path) {
        if path.leading_colon.is_none() {
            let mut names = path.segments.iter().map(|one| one.ident.to_string()).collect();
            self.end_of(&mut names);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &syn::Macro) {
        self.visit_path(&call.path);
        self.tokens(call.tokens.clone());
    }

    // `pub(in crate::x)` is no use of `x`, and attributes have words of their own.
    fn visit_visibility(&mut self, _: &syn::Visibility) {}
    fn visit_attribute(&mut self, _: &syn::Attribute) {}
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|one| match &one.meta {
        syn::Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        meta => meta.path().is_ident("test"),
    })
}
