//! Compares the world of a component with the metadata of the core module that it was made of.
//!
//! The encoder merges the worlds of adapters into that of the module, and unites versions of their imports. The result
//! may import less than the world of the module, and also imports of adapters. It must have all exports of that world.

use std::collections::BTreeMap;

use wasmparser::BinaryReaderError;
use wit_component::DecodedWasm;
use wit_component::metadata::Bindgen;
use wit_parser::{
    Function, Handle, InterfaceId, Resolve, Type, TypeDefKind, TypeId, TypeOwner, WorldId, WorldItem, WorldKey,
};

use crate::name::{Track, base};

/// A world of WIT.
#[derive(Clone)]
pub(super) struct World {
    resolve: Resolve,
    world: WorldId,
}

impl World {
    /// The world in the metadata of a core module. It is empty for a module without metadata.
    ///
    /// # Errors
    ///
    /// The metadata cannot be decoded.
    pub(super) fn of_module(module: &[u8]) -> Result<World, String> {
        let (_, Bindgen { resolve, world, .. }) =
            wit_component::metadata::decode(module).map_err(|error| format!("{error:#}"))?;
        Ok(World { resolve, world })
    }

    /// The world of a component.
    ///
    /// # Errors
    ///
    /// The component cannot be decoded.
    pub(super) fn of_component(component: &[u8]) -> Result<World, String> {
        match wit_component::decode(component) {
            Ok(DecodedWasm::Component(resolve, world)) => Ok(World { resolve, world }),
            Ok(DecodedWasm::WitPackage(..)) => Err("it has types alone".to_owned()),
            Err(error) => Err(match error.downcast_ref::<BinaryReaderError>() {
                // An offset would refer to bytes that the user does not have.
                Some(error) => error.message().to_owned(),
                None => format!("{error:#}"),
            }),
        }
    }

    /// The world in which compatible versions of an imported interface are replaced by the highest one. `None` if that
    /// makes no difference, or changes an export whose interface is imported too.
    pub(super) fn united(&self) -> Option<World> {
        let mut united = self.clone();
        united.resolve.merge_world_imports_based_on_semver(united.world).ok()?;
        let count = |world: &World| world.resolve.worlds.get(world.world).map(|world| world.imports.len());
        let mut names = NameNumbers::default();
        let exports = |world: &World, names: &mut NameNumbers| names.whole(world, Precision::WithoutVersions).exports;
        let is_other = count(self) != count(&united);
        (is_other && exports(self, &mut names) == exports(&united, &mut names)).then_some(united)
    }

    /// Whether one of the others imports a higher version of an interface that this world imports.
    pub(super) fn is_raised_by(&self, others: &[World]) -> bool {
        let mut highest = BTreeMap::new();
        for (track, version) in self.imports().filter_map(|name| Track::of(&name)) {
            let known = highest.entry(track).or_insert_with(|| version.clone());
            if version > *known {
                *known = version;
            }
        }
        let mut imports = others.iter().flat_map(World::imports).filter_map(|name| Track::of(&name));
        imports.any(|(track, version)| highest.get(&track).is_some_and(|own| version > *own))
    }

    /// The names of its imports.
    fn imports(&self) -> impl Iterator<Item = String> {
        let imports = self.resolve.worlds.get(self.world).into_iter().flat_map(|world| world.imports.keys());
        imports.map(|key| self.resolve.name_world_key(key))
    }

    /// Whether it exports an interface, given by its name without a version.
    pub(super) fn exports(&self, interface: &str) -> bool {
        let exports = self.resolve.worlds.get(self.world).into_iter().flat_map(|world| world.exports.keys());
        exports.map(|key| self.resolve.name_world_key(key)).any(|name| base(&name) == interface)
    }

    /// Whether it exports any function, directly or in an interface.
    pub(super) fn exports_functions(&self) -> bool {
        let exports = self.resolve.worlds.get(self.world).into_iter().flat_map(|world| world.exports.values());
        exports.into_iter().any(|item| match item {
            WorldItem::Function(_) => true,
            WorldItem::Interface { id, .. } => {
                self.resolve.interfaces.get(*id).is_some_and(|interface| !interface.functions.is_empty())
            }
            WorldItem::Type { .. } => false,
        })
    }

    /// Compares the world of a component with this one. `adapters` are the worlds of the adapters in the component.
    /// Items of an adapter may have another version in the component.
    ///
    /// # Errors
    ///
    /// The first difference, in words.
    pub(super) fn check(&self, adapters: &[World], component: &World) -> Result<(), String> {
        let mut names = NameNumbers::default();
        let (own, made) = (names.whole(self, Precision::Full), names.whole(component, Precision::Full));
        let made_by_any = names.whole(component, Precision::WithoutVersions);
        let adapters = adapters.iter().map(|adapter| names.whole(adapter, Precision::WithoutVersions));
        let (imports, exports): (Vec<Side>, Vec<Side>) =
            adapters.map(|adapter| (adapter.imports, adapter.exports)).unzip();
        let import = Added { keyword: "import", made: &made_by_any.imports, adapters: &imports };
        let export = Added { keyword: "export", made: &made_by_any.exports, adapters: &exports };
        import.check(&own.imports, &made.imports)?;
        export.check(&own.exports, &made.exports)?;
        for (name, items) in &own.exports {
            let made = made.exports.get(name).ok_or_else(|| format!("export `{name}` is not there"))?;
            if let Some(member) = items.keys().find(|member| !made.contains_key(*member)) {
                return Err(format!("export `{name}` has no `{member}`"));
            }
        }
        Ok(())
    }
}

/// The items that adapters may add to one side of the component's world.
struct Added<'a> {
    keyword: &'static str,
    /// That side, with types that do not depend on versions.
    made: &'a Side,
    adapters: &'a [Side],
}

impl Added<'_> {
    /// Checks that each item belongs to the world, or is added by an adapter.
    fn check(&self, own: &Side, made: &Side) -> Result<(), String> {
        let keyword = self.keyword;
        for (name, items) in made {
            let known = own.get(name);
            if known.is_none() && self.of_adapters(name).next().is_none() {
                return Err(format!("{keyword} `{name}` is none of its world's"));
            }
            for (member, ty) in items {
                let is_right = match known.and_then(|known| known.get(member)) {
                    Some(known) => known == ty,
                    None => {
                        let ty = self.made.get(name).and_then(|items| items.get(member));
                        self.of_adapters(name).any(|items| items.get(member) == ty)
                    }
                };
                if !is_right && member.is_empty() {
                    return Err(format!("{keyword} `{name}` is of another type"));
                } else if !is_right {
                    return Err(format!("`{member}` of {keyword} `{name}` is not what its world has"));
                }
            }
        }
        Ok(())
    }

    /// The items of an import or export in the adapters, in any version.
    fn of_adapters(&self, name: &str) -> impl Iterator<Item = &BTreeMap<String, Numbered>> {
        let named = self.adapters.iter().flat_map(|side| side.iter());
        named.filter(move |(other, _)| base(other) == base(name)).map(|(_, items)| items)
    }
}

/// One side of a world: the items of each import or export, by name. An import or export that is a function or a type
/// has a single item, without a name.
type Side = BTreeMap<String, BTreeMap<String, Numbered>>;

/// Both sides of a world.
struct Whole {
    imports: Side,
    exports: Side,
}

/// The number of a type or a function. Equal items have equal numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Numbered(usize);

/// The precision of names of interfaces within types.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Precision {
    Full,
    WithoutVersions,
}

/// Numbers for all different types of the compared worlds. The text of a type contains numbers of other types instead
/// of their texts, since a few types that use each other twice would exceed any memory.
#[derive(Default)]
struct NameNumbers(BTreeMap<String, usize>);

impl NameNumbers {
    fn number(&mut self, text: String) -> Numbered {
        let next = self.0.len();
        Numbered(*self.0.entry(text).or_insert(next))
    }

    fn whole(&mut self, world: &World, precision: Precision) -> Whole {
        let World { mut resolve, world } = world.clone();
        // An interface that is imported and exported has two separate sets of types.
        resolve.generate_nominal_type_ids(world);
        let Some(items) = resolve.worlds.get(world) else {
            return Whole { imports: Side::new(), exports: Side::new() };
        };
        let sides = [("import", &items.imports), ("export", &items.exports)];
        let places = sides.iter().flat_map(|(side, items)| items.iter().map(move |(key, item)| (side, key, item)));
        let places = places.filter_map(|(side, key, item)| match item {
            WorldItem::Interface { id, .. } => Some((*id, format!("{side} {}", named(&resolve, key, precision)))),
            _ => None,
        });
        let mut reader =
            Reader { resolve: &resolve, places: places.collect(), precision, known: BTreeMap::new(), names: self };
        let mut side = |items: &indexmap::IndexMap<WorldKey, WorldItem>| -> Side {
            items.iter().map(|(key, item)| (resolve.name_world_key(key), reader.item(item))).collect()
        };
        Whole { imports: side(&items.imports), exports: side(&items.exports) }
    }
}

fn named(resolve: &Resolve, key: &WorldKey, precision: Precision) -> String {
    let name = resolve.name_world_key(key);
    if precision == Precision::WithoutVersions { base(&name).to_owned() } else { name }
}

/// Converts the items of a world to numbers.
struct Reader<'r> {
    resolve: &'r Resolve,
    /// The side and the name of each interface of the world.
    places: BTreeMap<InterfaceId, String>,
    precision: Precision,
    known: BTreeMap<TypeId, Numbered>,
    names: &'r mut NameNumbers,
}

impl Reader<'_> {
    fn item(&mut self, item: &WorldItem) -> BTreeMap<String, Numbered> {
        match item {
            WorldItem::Function(function) => BTreeMap::from([(String::new(), self.function(function))]),
            WorldItem::Type { id, .. } => BTreeMap::from([(String::new(), self.definition(*id))]),
            WorldItem::Interface { id, .. } => {
                let Some(interface) = self.resolve.interfaces.get(*id) else { return BTreeMap::new() };
                let types = interface.types.iter().map(|(name, id)| (name.clone(), self.definition(*id)));
                let mut items: BTreeMap<_, _> = types.collect();
                let functions = interface.functions.iter();
                items.extend(functions.map(|(name, function)| (name.clone(), self.function(function))));
                items
            }
        }
    }

    fn function(&mut self, function: &Function) -> Numbered {
        let word = if function.kind.is_async() { "async" } else { "func" };
        let params = function.params.iter().map(|param| format!("{}: {}", param.name, self.ty(param.ty)));
        let params = params.collect::<Vec<_>>().join(", ");
        let result = self.optional(function.result);
        self.names.number(format!("{word}({params}) -> {result}"))
    }

    fn optional(&mut self, ty: Option<Type>) -> String {
        ty.map_or_else(|| "_".to_owned(), |ty| self.ty(ty))
    }

    /// The text of a type that is mentioned.
    fn ty(&mut self, ty: Type) -> String {
        match ty {
            Type::Id(id) => format!("#{}", self.mention(id).0),
            primitive => format!("{primitive:?}"),
        }
    }

    /// The number of a type that is mentioned: a type with an identity of its own is known by its name.
    fn mention(&mut self, id: TypeId) -> Numbered {
        if let Some(known) = self.known.get(&id) {
            return *known;
        }
        let numbered = match self.resolve.types.get(id).map(|ty| (&ty.kind, ty.owner, &ty.name)) {
            Some((TypeDefKind::Type(ty), ..)) => match ty {
                Type::Id(id) => self.mention(*id),
                ty => {
                    let text = self.ty(*ty);
                    self.names.number(text)
                }
            },
            Some((kind, owner, Some(name))) if is_nominal(kind) => {
                let owner = match owner {
                    TypeOwner::Interface(id) => self.place(id),
                    TypeOwner::World(_) | TypeOwner::None => "world".to_owned(),
                };
                self.names.number(format!("{owner}#{name}"))
            }
            _ => self.structure(id),
        };
        self.known.insert(id, numbered);
        numbered
    }

    fn place(&self, id: InterfaceId) -> String {
        match self.places.get(&id) {
            Some(place) => place.clone(),
            // An interface that is neither imported nor exported is only used for its types.
            None => format!("use {}", named(self.resolve, &WorldKey::Interface(id), self.precision)),
        }
    }

    /// The number of a type at its definition.
    fn definition(&mut self, id: TypeId) -> Numbered {
        match self.resolve.types.get(id).map(|ty| &ty.kind) {
            Some(TypeDefKind::Type(_)) => self.mention(id),
            _ => self.structure(id),
        }
    }

    fn structure(&mut self, id: TypeId) -> Numbered {
        let Some(ty) = self.resolve.types.get(id) else { return self.names.number("unknown".to_owned()) };
        let text = match &ty.kind {
            TypeDefKind::Record(record) => {
                let fields = record.fields.iter().map(|field| format!("{}: {}", field.name, self.ty(field.ty)));
                fields.collect::<Vec<_>>().join(", ")
            }
            TypeDefKind::Variant(variant) => {
                let cases = variant.cases.iter().map(|case| format!("{}: {}", case.name, self.optional(case.ty)));
                cases.collect::<Vec<_>>().join(", ")
            }
            TypeDefKind::Enum(ty) => ty.cases.iter().map(|case| case.name.as_str()).collect::<Vec<_>>().join(", "),
            TypeDefKind::Flags(ty) => ty.flags.iter().map(|flag| flag.name.as_str()).collect::<Vec<_>>().join(", "),
            TypeDefKind::Tuple(tuple) => tuple.types.iter().map(|ty| self.ty(*ty)).collect::<Vec<_>>().join(", "),
            TypeDefKind::Handle(Handle::Own(id) | Handle::Borrow(id)) => self.ty(Type::Id(*id)),
            TypeDefKind::Option(ty) | TypeDefKind::List(ty) | TypeDefKind::Type(ty) => self.ty(*ty),
            TypeDefKind::Result(result) => format!("{}, {}", self.optional(result.ok), self.optional(result.err)),
            TypeDefKind::Map(key, value) => format!("{}, {}", self.ty(*key), self.ty(*value)),
            TypeDefKind::FixedLengthList(ty, length) => format!("{}, {length}", self.ty(*ty)),
            TypeDefKind::Future(ty) | TypeDefKind::Stream(ty) => self.optional(*ty),
            TypeDefKind::Resource | TypeDefKind::Unknown => String::new(),
        };
        self.names.number(format!("{} {{ {text} }}", ty.kind.as_str()))
    }
}

/// Whether types of equal structure are different types.
fn is_nominal(kind: &TypeDefKind) -> bool {
    use TypeDefKind as Kind;
    matches!(kind, Kind::Record(_) | Kind::Resource | Kind::Variant(_) | Kind::Enum(_) | Kind::Flags(_))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
    use wit_parser::{ManglingAndAbi, Resolve};

    use super::World;

    /// The world of a module, and that of a component made of it.
    fn made(wit: &str) -> (World, World) {
        let mut resolve = Resolve::default();
        let package = resolve.push_str("world.wit", wit).unwrap();
        let world = resolve.select_world(&[package], None).unwrap();
        let mut module = dummy_module(&resolve, world, ManglingAndAbi::Standard32);
        embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
        let component = ComponentEncoder::default().module(&module).unwrap().encode().unwrap();
        (World::of_module(&module).unwrap(), World::of_component(&component).unwrap())
    }

    const WIT: &str = "package a:b@1.0.0;
        interface types { resource r { m: func() -> kind; } enum kind { x, y } record pair { a: kind, b: list<kind> } }
        interface user { use types.{r, pair}; take: func(r: r, p: option<pair>) -> result<r, string>; }
        world w {
            use types.{pair};
            import types; import user; import plain: func(p: pair);
            export types; export user; export go: func() -> pair;
        }";

    #[test]
    fn componentize_reports_each_difference_from_the_world() {
        let (own, component) = made(WIT);
        assert_eq!(own.check(&[], &component), Ok(()));
        for (from, to, said) in [
            ("@1.0.0", "@1.0.1", "import `a:b/types@1.0.1` is none of its world's"),
            ("import plain", "import plane", "import `plane` is none of its world's"),
            (
                "enum kind { x, y }",
                "enum kind { y, x }",
                "`kind` of import `a:b/types@1.0.0` is not what its world has",
            ),
            ("b: list<kind>", "c: list<kind>", "`pair` of import `a:b/types@1.0.0` is not what its world has"),
            ("p: option<pair>", "p: list<pair>", "`take` of import `a:b/user@1.0.0` is not what its world has"),
            ("plain: func(p: pair)", "plain: func(q: pair)", "import `plain` is of another type"),
            ("export go: func()", "export go: async func()", "export `go` is of another type"),
            ("export types; ", "", "`pair` of export `a:b/user@1.0.0` is not what its world has"),
            ("export go: func() -> pair;", "", "export `go` is not there"),
        ] {
            let (_, other) = made(&WIT.replacen(from, to, if from.starts_with('@') { 1 } else { 9 }));
            assert_eq!(own.check(&[], &other), Err(said.to_owned()), "{from} {to}");
        }
    }

    #[test]
    fn componentize_accepts_adapter_imports_and_exports_in_any_version() {
        let (adapter, component) = made(WIT);
        let (own, _) = made("package c:d; world w {}");
        assert_eq!(own.check(std::slice::from_ref(&adapter), &component), Ok(()));
        let (_, newer) = made(&WIT.replace("@1.0.0", "@1.0.1"));
        assert_eq!(own.check(&[adapter], &newer), Ok(()));
        assert!(own.check(&[], &component).is_err());
    }
}
