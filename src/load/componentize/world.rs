//! Whether a component that was made of a core module has the world that the module's metadata says.
//!
//! The encoder merges the worlds of adapters into that of the module, and unites versions of what they import. So what
//! comes out is compared with what was asked for: the component may import less than its world does, and what adapters
//! import besides, and exports all that its world does.

use std::collections::BTreeMap;

use wit_component::DecodedWasm;
use wit_component::metadata::Bindgen;
use wit_parser::{
    Function, Handle, InterfaceId, Resolve, Type, TypeDefKind, TypeId, TypeOwner, WorldId, WorldItem, WorldKey,
};

/// A world of WIT.
#[derive(Clone)]
pub struct World {
    resolve: Resolve,
    world: WorldId,
}

impl World {
    /// The world that the metadata of a core module says; an empty one where it has none.
    ///
    /// # Errors
    ///
    /// Where the metadata cannot be decoded.
    pub fn of_module(module: &[u8]) -> Result<World, String> {
        let (_, Bindgen { resolve, world, .. }) =
            wit_component::metadata::decode(module).map_err(|error| format!("{error:#}"))?;
        Ok(World { resolve, world })
    }

    fn of_component(component: &[u8]) -> Result<World, String> {
        match wit_component::decode(component).map_err(|error| format!("{error:#}"))? {
            DecodedWasm::Component(resolve, world) => Ok(World { resolve, world }),
            DecodedWasm::WitPackage(..) => Err("it has types alone".to_owned()),
        }
    }

    /// The world in which versions of one interface that are compatible are imported as one, the highest. `None` where
    /// that is no other world, or would join an interface that is exported to one that is imported.
    pub fn united(&self) -> Option<World> {
        let mut united = self.clone();
        united.resolve.merge_world_imports_based_on_semver(united.world).ok()?;
        let count = |world: &World| world.resolve.worlds.get(world.world).map(|world| world.imports.len());
        let mut names = Names::default();
        let exports = |world: &World, names: &mut Names| names.whole(world, Precision::WithoutVersions).exports;
        let is_other = count(self) != count(&united);
        (is_other && exports(self, &mut names) == exports(&united, &mut names)).then_some(united)
    }

    /// Whether an interface is exported, by its name without a version.
    pub fn exports(&self, interface: &str) -> bool {
        let exports = self.resolve.worlds.get(self.world).into_iter().flat_map(|world| world.exports.keys());
        exports.map(|key| self.resolve.name_world_key(key)).any(|name| base(&name) == interface)
    }

    /// Whether it exports any function, straight or in an interface.
    pub fn exports_functions(&self) -> bool {
        let exports = self.resolve.worlds.get(self.world).into_iter().flat_map(|world| world.exports.values());
        exports.into_iter().any(|item| match item {
            WorldItem::Function(_) => true,
            WorldItem::Interface { id, .. } => {
                self.resolve.interfaces.get(*id).is_some_and(|interface| !interface.functions.is_empty())
            }
            WorldItem::Type { .. } => false,
        })
    }

    /// What of a component is not as this world says, where adapters with these worlds are in it.
    ///
    /// # Errors
    ///
    /// What differs, in words.
    pub fn check(&self, adapters: &[World], component: &[u8]) -> Result<(), String> {
        let mut names = Names::default();
        let component = names.whole(&World::of_component(component)?, Precision::Full);
        let own = names.whole(self, Precision::Full);
        let adapters: Vec<Whole> = adapters.iter().map(|adapter| names.whole(adapter, Precision::Full)).collect();
        let imports: Vec<&Side> = std::iter::once(&own.imports).chain(adapters.iter().map(|of| &of.imports)).collect();
        let exports: Vec<&Side> = std::iter::once(&own.exports).chain(adapters.iter().map(|of| &of.exports)).collect();
        within("import", &component.imports, &imports)?;
        within("export", &component.exports, &exports)?;
        for (name, items) in &own.exports {
            let made = component.exports.get(name).ok_or_else(|| format!("export `{name}` is not there"))?;
            if let Some(member) = items.keys().find(|member| !made.contains_key(*member)) {
                return Err(format!("export `{name}` has no `{member}`"));
            }
        }
        Ok(())
    }
}

/// Checks that each item of one side is one of the others' too.
fn within(keyword: &str, made: &Side, known: &[&Side]) -> Result<(), String> {
    for (name, items) in made {
        let known: Vec<_> = known.iter().filter_map(|side| side.get(name)).collect();
        if known.is_empty() {
            return Err(format!("{keyword} `{name}` is none of its world's"));
        }
        for (member, ty) in items {
            if known.iter().any(|items| items.get(member) == Some(ty)) {
                continue;
            }
            return Err(match (member.as_str(), known.iter().any(|items| items.contains_key(member))) {
                ("", _) => format!("{keyword} `{name}` is of another type"),
                (member, true) => format!("`{member}` of {keyword} `{name}` is of another type"),
                (member, false) => format!("its world has no `{member}` in {keyword} `{name}`"),
            });
        }
    }
    Ok(())
}

/// What is on one side of a world: the items of each import or export by their names. What is a function or a type itself
/// has one without a name.
type Side = BTreeMap<String, BTreeMap<String, Numbered>>;

/// Both sides of a world.
struct Whole {
    imports: Side,
    exports: Side,
}

/// What stands for a type or a function: the same for what is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Numbered(usize);

/// How exact the names of interfaces are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Precision {
    Full,
    WithoutVersions,
}

/// A number for each type that is another one, in all worlds that are compared. Types are made of numbers, and not of texts:
/// a few types that use each other twice would be more text than any memory holds.
#[derive(Default)]
struct Names(BTreeMap<String, usize>);

impl Names {
    fn number(&mut self, text: String) -> Numbered {
        let next = self.0.len();
        Numbered(*self.0.entry(text).or_insert(next))
    }

    fn whole(&mut self, world: &World, precision: Precision) -> Whole {
        let World { mut resolve, world } = world.clone();
        // What is imported and exported is two interfaces, with types of their own.
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
            items.iter().map(|(key, item)| (named(&resolve, key, precision), reader.item(item))).collect()
        };
        Whole { imports: side(&items.imports), exports: side(&items.exports) }
    }
}

fn named(resolve: &Resolve, key: &WorldKey, precision: Precision) -> String {
    let name = resolve.name_world_key(key);
    if precision == Precision::WithoutVersions { base(&name).to_owned() } else { name }
}

fn base(interface: &str) -> &str {
    interface.split_once('@').map_or(interface, |(base, _)| base)
}

/// Reads what a world is made of as numbers.
struct Reader<'r> {
    resolve: &'r Resolve,
    /// Where the world has its interfaces.
    places: BTreeMap<InterfaceId, String>,
    precision: Precision,
    known: BTreeMap<TypeId, Numbered>,
    names: &'r mut Names,
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

    /// What stands for a type where it is mentioned.
    fn ty(&mut self, ty: Type) -> String {
        match ty {
            Type::Id(id) => format!("#{}", self.mention(id).0),
            primitive => format!("{primitive:?}"),
        }
    }

    /// A type where it is mentioned: by its name, where it has one of its own.
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
            // One that is neither imported nor exported is only used.
            None => format!("use {}", named(self.resolve, &WorldKey::Interface(id), self.precision)),
        }
    }

    /// A type where it is defined, or given a name.
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

/// Whether two types of one structure are different types.
fn is_nominal(kind: &TypeDefKind) -> bool {
    use TypeDefKind as Kind;
    matches!(kind, Kind::Record(_) | Kind::Resource | Kind::Variant(_) | Kind::Enum(_) | Kind::Flags(_))
}
