(component
  (import "get" (func $get (result u64)))
  (instance $digit (export "get" (func $get)))
  (export "other" (instance $digit)))
