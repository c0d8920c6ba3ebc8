(component
  (component $part (import "text" (func $text (result string))) (export "make" (func $text)))
  (export "part" (component $part)))
