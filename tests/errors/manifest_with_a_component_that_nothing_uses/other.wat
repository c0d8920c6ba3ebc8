(component
  (import "get-of-other" (func $get (result u32)))
  (instance $store (export "get" (func $get)))
  (export "acme:kv/cache@1.0.0" (instance $store)))
