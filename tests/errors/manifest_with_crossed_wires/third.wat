(component
  (import "float" (func $float (result f32)))
  (instance $other (export "get" (func $float)))
  (export "a:b/other@1.0.0" (instance $other)))
