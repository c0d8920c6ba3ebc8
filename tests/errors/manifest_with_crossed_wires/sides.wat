(component
  (import "number" (func $number (result u32)))
  (import "text" (func $text (result string)))
  (instance $left (export "get" (func $number)))
  (instance $right (export "get" (func $text)))
  (export "a:b/left@1.0.0" (instance $left))
  (export "a:b/right@1.0.0" (instance $right)))
