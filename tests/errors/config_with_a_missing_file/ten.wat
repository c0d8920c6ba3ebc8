(component
  (import "get" (func $get (result u32)))
  (instance $digit (export "get" (func $get)))
  (export "test:digits/tens" (instance $digit)))
