(component
  (import "count" (func $count (result u32)))
  (instance $store (export "count" (func $count)))
  (export "acme:kv/store@0.2.0" (instance $store)))
