(component
  (import "size-of-left" (func $size (result u32)))
  (instance $store (export "size" (func $size)))
  (export "acme:kv/store@1.3.1" (instance $store)))
