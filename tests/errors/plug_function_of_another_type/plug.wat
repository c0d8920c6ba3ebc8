(component
  (import "count" (func $count (result u32)))
  (import "get" (func $get (param "key" (list u8)) (result (option string))))
  (instance $store (export "count" (func $count)) (export "get" (func $get)))
  (export "acme:kv/store@0.1.0" (instance $store)))
