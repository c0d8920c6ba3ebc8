//! Random packages whose interfaces use types of each other, also under other names and through several interfaces, and
//! random worlds of them; and the description of such interfaces in a component.

use std::collections::BTreeMap;
use std::fmt::Write;

use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
use wit_parser::{
    Function, Handle, InterfaceId, LiftLowerAbi, ManglingAndAbi, Resolve, Type, TypeDefKind, TypeId, TypeOwner,
    WorldId, WorldItem, WorldKey,
};

use super::dice::Dice;

/// The types in scope: each with its name, and whether it is a resource type.
type Named = Vec<(String, bool)>;

/// An interface whose types others can use.
struct Interface {
    package: usize,
    name: String,
    types: Named,
}

/// The packages, each with its version. An interface uses interfaces of earlier packages, and earlier ones of its own.
const PACKAGES: [(&str, &str); 5] =
    [("t:a", "@1.0.0"), ("t:b", ""), ("t:a", "@2.1.0"), ("t:b", "@0.3.1"), ("t:c", "@1.2.3")];

/// Names that occur in several interfaces.
const NAMES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

/// Random packages.
pub struct Packages {
    /// The text of the packages.
    pub text: String,
    known: Vec<Interface>,
}

impl Packages {
    pub fn roll(dice: &mut Dice) -> Packages {
        let mut packages = Packages { text: "package t:root;\n".to_owned(), known: Vec::new() };
        let mut package = dice.roll(PACKAGES.len() - 1);
        for number in 0..2 + dice.roll(5) {
            if number == 0 || (package + 1 < PACKAGES.len() && dice.roll(3) == 0) {
                package += usize::from(number > 0);
                let (name, version) = PACKAGES[package];
                let end = if number > 0 { "}\n" } else { "" };
                writeln!(packages.text, "{end}package {name}{version} {{").unwrap();
            }
            let name = format!("i{}", if dice.roll(2) == 0 { number } else { packages.free_number(package) });
            let interface = interface(dice, &packages.known, package, name, &mut packages.text);
            packages.known.push(interface);
        }
        packages.text.push_str("}\n");
        packages
    }

    /// The least number that no interface of a package has. So interfaces of several packages share names.
    fn free_number(&self, package: usize) -> usize {
        self.known.iter().filter(|interface| interface.package == package).count() + 10
    }

    /// The packages with a random world, and its text. `None` if WIT cannot express the world, because an interface
    /// depends both on an import and on an export of one interface.
    ///
    /// Names that the world defines itself contain the number.
    pub fn world(&self, dice: &mut Dice, number: usize) -> Option<(Resolve, WorldId, String)> {
        let mut text = String::new();
        world(dice, &self.known, number, &mut text);
        let mut resolve = self.read();
        let package = resolve.push_str("world.wit", &format!("package t:root;\n{text}")).ok()?;
        let world = resolve.select_world(&[package], None).unwrap();
        Some((resolve, world, text))
    }

    /// Whether a type of an interface contains resource types.
    pub fn has_resources(&self, interface: &str, name: &str) -> bool {
        let resolve = self.read();
        let mut all = resolve.interfaces.iter().filter(|(id, _)| resolve.id_of(*id).as_deref() == Some(interface));
        all.any(|(_, of)| of.types.get(name).is_some_and(|id| has_resources(&resolve, &Type::Id(*id))))
    }

    /// The interfaces whose resource types a type contains.
    pub fn with_resources(&self) -> impl Iterator<Item = String> {
        let resolve = self.read();
        let has_some = |of: &wit_parser::Interface| of.types.values().any(|id| has_resources(&resolve, &Type::Id(*id)));
        let all = resolve.interfaces.iter().filter(|(_, of)| has_some(of));
        all.filter_map(|(id, _)| resolve.id_of(id)).collect::<Vec<_>>().into_iter()
    }

    /// The parsed packages.
    pub fn read(&self) -> Resolve {
        let mut resolve = Resolve { all_features: true, ..Resolve::default() };
        let text = self.text.replace("package t:root;", "package t:none;");
        resolve.push_str("package.wit", &text).unwrap_or_else(|error| panic!("{error:?}\n{text}"));
        resolve
    }
}

/// The name of an interface in a package that uses it.
fn path(interface: &Interface, from: Option<usize>) -> String {
    let (name, version) = PACKAGES[interface.package];
    match from == Some(interface.package) {
        true => interface.name.clone(),
        false => format!("{name}/{}{version}", interface.name),
    }
}

/// A name that no type in scope has.
fn free(dice: &mut Dice, named: &Named, like: Option<&str>) -> String {
    let is_free = |name: &str| named.iter().all(|(other, _)| other != name);
    if let Some(name) = like.filter(|name| dice.roll(2) == 0 && is_free(name)) {
        return name.to_owned();
    }
    let start = dice.roll(NAMES.len());
    let mut names = (0..NAMES.len()).map(|n| NAMES[(start + n) % NAMES.len()].to_owned());
    let mut others = (named.len()..).map(|number| format!("n{number}"));
    names.find(|name| is_free(name)).or_else(|| others.find(|name| is_free(name))).unwrap()
}

/// Writes `use` clauses for random types of some interfaces.
fn uses(dice: &mut Dice, known: &[Interface], from: Option<usize>, named: &mut Named, text: &mut String) {
    for interface in known {
        if dice.roll(2) == 0 {
            continue;
        }
        for (name, is_resource) in &interface.types {
            if dice.roll(2) == 0 {
                continue;
            }
            let alias = free(dice, named, Some(name));
            let clause = if alias == *name { name.clone() } else { format!("{name} as {alias}") };
            writeln!(text, "  use {}.{{{clause}}};", path(interface, from)).unwrap();
            named.push((alias, *is_resource));
        }
    }
}

fn interface(dice: &mut Dice, known: &[Interface], package: usize, name: String, text: &mut String) -> Interface {
    let mut types = Named::new();
    writeln!(text, "interface {name} {{").unwrap();
    uses(dice, known, Some(package), &mut types, text);
    for _ in 0..dice.roll(4) {
        define(dice, &mut types, text);
    }
    for number in 0..dice.roll(4) {
        writeln!(text, "  f{number}: {}", function(dice, &types)).unwrap();
    }
    writeln!(text, "}}").unwrap();
    Interface { package, name, types }
}

/// Writes the definition of a type.
fn define(dice: &mut Dice, types: &mut Named, text: &mut String) {
    let name = free(dice, types, None);
    let kind = dice.roll(8);
    // A value that contains a borrowed handle cannot be a result, and named types are used for results, too.
    let part = |dice: &mut Dice| ty(dice, types, 2, false);
    match kind {
        0 | 1 => writeln!(text, "  record {name} {{ a: {}, b: {} }}", part(dice), part(dice)).unwrap(),
        2 => writeln!(text, "  variant {name} {{ c({}), d }}", part(dice)).unwrap(),
        3 => writeln!(text, "  enum {name} {{ x, y }}").unwrap(),
        4 => writeln!(text, "  flags {name} {{ x, y }}").unwrap(),
        5 | 6 => writeln!(text, "  type {name} = {};", part(dice)).unwrap(),
        _ => {
            types.push((name.clone(), true));
            writeln!(text, "  resource {name} {{").unwrap();
            if dice.roll(2) == 0 {
                writeln!(text, "    constructor({});", params(dice, types)).unwrap();
            }
            for number in 0..dice.roll(3) {
                let is_static = if dice.roll(3) == 0 { "static " } else { "" };
                writeln!(text, "    m{number}: {is_static}{}", function(dice, types)).unwrap();
            }
            writeln!(text, "  }}").unwrap();
            return;
        }
    }
    types.push((name, false));
}

/// Writes a random type. Only types of parameters may contain borrowed handles.
fn ty(dice: &mut Dice, named: &Named, depth: usize, is_param: bool) -> String {
    let inner = |dice: &mut Dice| ty(dice, named, depth - 1, is_param);
    match dice.roll(if depth == 0 { 6 } else { 12 }) {
        0 => ["u8", "string", "bool", "f64"][dice.roll(4)].to_owned(),
        1..=5 if !named.is_empty() => match &named[dice.roll(named.len())] {
            (name, true) if is_param && dice.roll(2) == 0 => format!("borrow<{name}>"),
            (name, _) => name.clone(),
        },
        6 => format!("list<{}>", inner(dice)),
        7 => format!("option<{}>", inner(dice)),
        8 => format!("tuple<{}, {}>", inner(dice), inner(dice)),
        9 => format!("result<{}, {}>", inner(dice), inner(dice)),
        // A borrowed handle does not outlive the call.
        10 if dice.roll(4) == 0 => format!("stream<{}>", ty(dice, named, depth - 1, false)),
        11 if dice.roll(4) == 0 => format!("future<{}>", ty(dice, named, depth - 1, false)),
        _ => "u32".to_owned(),
    }
}

fn params(dice: &mut Dice, named: &Named) -> String {
    let params: Vec<String> = (0..dice.roll(3)).map(|n| format!("p{n}: {}", ty(dice, named, 2, true))).collect();
    params.join(", ")
}

fn function(dice: &mut Dice, named: &Named) -> String {
    let params = params(dice, named);
    let result = if dice.roll(3) > 0 { format!(" -> {}", ty(dice, named, 2, false)) } else { String::new() };
    format!("func({params}){result};")
}

fn world(dice: &mut Dice, known: &[Interface], number: usize, text: &mut String) {
    text.push_str("world w {\n");
    let mut types = Named::new();
    if dice.roll(3) == 0 {
        uses(dice, known, None, &mut types, text);
        if dice.roll(2) == 0 {
            define(dice, &mut types, text);
        }
    }
    for interface in known {
        let roll = dice.roll(6);
        if roll < 4 {
            writeln!(text, "  import {};", path(interface, None)).unwrap();
        }
        if roll == 3 || roll == 4 {
            writeln!(text, "  export {};", path(interface, None)).unwrap();
        }
    }
    for direction in ["import", "export"] {
        if dice.roll(5) == 0 {
            writeln!(text, "  {direction} {direction}-f{number}: {}", function(dice, &types)).unwrap();
        }
        if dice.roll(8) == 0 {
            writeln!(text, "  {direction} {direction}-i{number}: interface {{").unwrap();
            let mut types = Named::new();
            uses(dice, known, None, &mut types, text);
            define(dice, &mut types, text);
            writeln!(text, "  g: {}", function(dice, &types)).unwrap();
            writeln!(text, "}}").unwrap();
        }
    }
    writeln!(text, "}}").unwrap();
}

fn has_resources(resolve: &Resolve, ty: &Type) -> bool {
    let Type::Id(id) = ty else { return false };
    let of = |ty: &Type| has_resources(resolve, ty);
    let any = |ty: &Option<Type>| ty.as_ref().is_some_and(of);
    match &resolve.types[*id].kind {
        TypeDefKind::Resource | TypeDefKind::Handle(_) => true,
        TypeDefKind::Type(ty) | TypeDefKind::List(ty) | TypeDefKind::Option(ty) => of(ty),
        TypeDefKind::Record(record) => record.fields.iter().any(|field| of(&field.ty)),
        TypeDefKind::Variant(variant) => variant.cases.iter().any(|case| any(&case.ty)),
        TypeDefKind::Tuple(tuple) => tuple.types.iter().any(of),
        TypeDefKind::Result(result) => any(&result.ok) || any(&result.err),
        TypeDefKind::Stream(ty) | TypeDefKind::Future(ty) => any(ty),
        _ => false,
    }
}

/// A component of a world, whose functions trap. `None` if wit-component cannot encode the world.
pub fn component(resolve: &Resolve, world: WorldId) -> Option<Vec<u8>> {
    let mut module = dummy_module(resolve, world, ManglingAndAbi::Legacy(LiftLowerAbi::Sync));
    embed_component_metadata(&mut module, resolve, world, StringEncoding::UTF8).ok()?;
    ComponentEncoder::default().module(&module).ok()?.encode().ok()
}

/// The types and functions of an interface or a world, by name.
pub type Said = BTreeMap<String, String>;

/// The world of a component, decoded by another library, printed, and parsed again.
pub fn decoded(bytes: &[u8]) -> Result<(Resolve, WorldId), String> {
    let read = || {
        let decoded = wit_component::decode(bytes).map_err(|error| format!("it cannot be read: {error:?}"))?;
        let wit_component::DecodedWasm::Component(resolve, world) = decoded else {
            return Err("it is no component".to_owned());
        };
        let mut printer = wit_component::WitPrinter::default();
        let package = resolve.worlds[world].package.unwrap();
        let others: Vec<_> = resolve.packages.iter().map(|(id, _)| id).filter(|id| *id != package).collect();
        printer.print(&resolve, package, &others).map_err(|error| format!("it cannot be printed: {error:?}"))?;
        let text = printer.output.to_string();
        Resolve::default().push_str("world.wit", &text).map_err(|error| format!("{error:?}\n{text}"))?;
        Ok((resolve, world))
    };
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(read)).unwrap_or_else(|panic| {
        let message = panic.downcast_ref::<String>().cloned();
        let message = message.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        Err(format!("panic: {}", message.unwrap_or_default()))
    })
}

/// The content of all named interfaces.
pub fn interfaces(resolve: &Resolve) -> BTreeMap<String, Said> {
    let ids = resolve.interfaces.iter().filter_map(|(id, _)| Some((resolve.id_of(id)?, id)));
    ids.map(|(name, id)| (name, of_interface(resolve, id))).collect()
}

/// The content of an interface.
fn of_interface(resolve: &Resolve, id: InterfaceId) -> Said {
    let (interface, owner) = (&resolve.interfaces[id], TypeOwner::Interface(id));
    let types = interface.types.iter().map(|(name, id)| (format!("type {name}"), definition(resolve, *id, owner)));
    let functions = interface.functions.iter();
    let functions = functions.map(|(name, of)| (format!("func {name}"), signature(resolve, of, owner)));
    types.chain(functions).collect()
}

/// The imports or exports of a world: its types, its functions, and its interfaces. For a named interface, only the
/// name.
pub fn side(resolve: &Resolve, world: WorldId, is_import: bool) -> BTreeMap<String, Said> {
    let owner = TypeOwner::World(world);
    let items = if is_import { &resolve.worlds[world].imports } else { &resolve.worlds[world].exports };
    let of = |(key, item): (&WorldKey, &WorldItem)| {
        let name = resolve.name_world_key(key);
        let said = match item {
            WorldItem::Interface { id, .. } if resolve.interfaces[*id].name.is_none() => of_interface(resolve, *id),
            WorldItem::Interface { id, .. } => Said::from([("is".to_owned(), resolve.id_of(*id).unwrap())]),
            WorldItem::Function(of) => Said::from([("is".to_owned(), signature(resolve, of, owner))]),
            WorldItem::Type { id, .. } => Said::from([("is".to_owned(), definition(resolve, *id, owner))]),
        };
        (name, said)
    };
    items.iter().map(of).collect()
}

/// The name of a type. Within its owner, the name alone.
fn called(resolve: &Resolve, id: TypeId, from: TypeOwner) -> Option<String> {
    let ty = &resolve.types[id];
    let name = ty.name.as_ref()?;
    Some(match ty.owner {
        owner if owner == from => name.clone(),
        TypeOwner::Interface(id) => format!("{}.{{{name}}}", resolve.id_of(id).unwrap_or_else(|| "inline".to_owned())),
        TypeOwner::World(_) => format!("world.{{{name}}}"),
        TypeOwner::None => format!("nobody.{{{name}}}"),
    })
}

/// The definition of a named type.
fn definition(resolve: &Resolve, id: TypeId, owner: TypeOwner) -> String {
    match &resolve.types[id].kind {
        TypeDefKind::Type(of) => format!("= {}", mention(resolve, of, owner)),
        kind => structure(resolve, kind, owner),
    }
}

fn mention(resolve: &Resolve, ty: &Type, from: TypeOwner) -> String {
    match ty {
        Type::Id(id) => {
            called(resolve, *id, from).unwrap_or_else(|| structure(resolve, &resolve.types[*id].kind, from))
        }
        ty => format!("{ty:?}").to_lowercase(),
    }
}

fn structure(resolve: &Resolve, kind: &TypeDefKind, from: TypeOwner) -> String {
    let of = |ty: &Type| mention(resolve, ty, from);
    let optional = |ty: &Option<Type>| ty.as_ref().map_or_else(|| "_".to_owned(), of);
    let all = |kind: &str, items: Vec<String>| format!("{kind}<{}>", items.join(", "));
    match kind {
        TypeDefKind::Record(record) => {
            all("record", record.fields.iter().map(|field| format!("{}: {}", field.name, of(&field.ty))).collect())
        }
        TypeDefKind::Variant(variant) => {
            all("variant", variant.cases.iter().map(|case| format!("{}({})", case.name, optional(&case.ty))).collect())
        }
        TypeDefKind::Enum(of) => all("enum", of.cases.iter().map(|case| case.name.clone()).collect()),
        TypeDefKind::Flags(of) => all("flags", of.flags.iter().map(|flag| flag.name.clone()).collect()),
        TypeDefKind::Tuple(tuple) => all("tuple", tuple.types.iter().map(of).collect()),
        TypeDefKind::Result(result) => all("result", vec![optional(&result.ok), optional(&result.err)]),
        TypeDefKind::Resource => "resource".to_owned(),
        TypeDefKind::Handle(Handle::Own(id)) => format!("own<{}>", of(&Type::Id(*id))),
        TypeDefKind::Handle(Handle::Borrow(id)) => format!("borrow<{}>", of(&Type::Id(*id))),
        TypeDefKind::List(ty) => format!("list<{}>", of(ty)),
        TypeDefKind::FixedLengthList(ty, length) => format!("list<{}, {length}>", of(ty)),
        TypeDefKind::Map(key, value) => format!("map<{}, {}>", of(key), of(value)),
        TypeDefKind::Option(ty) => format!("option<{}>", of(ty)),
        TypeDefKind::Future(ty) => format!("future<{}>", optional(ty)),
        TypeDefKind::Stream(ty) => format!("stream<{}>", optional(ty)),
        TypeDefKind::Type(ty) => of(ty),
        TypeDefKind::Unknown => "unknown".to_owned(),
    }
}

fn signature(resolve: &Resolve, function: &Function, owner: TypeOwner) -> String {
    let params: Vec<String> =
        function.params.iter().map(|param| format!("{}: {}", param.name, mention(resolve, &param.ty, owner))).collect();
    let result = function.result.as_ref().map_or_else(String::new, |ty| format!(" -> {}", mention(resolve, ty, owner)));
    format!("({}){result}", params.join(", "))
}
