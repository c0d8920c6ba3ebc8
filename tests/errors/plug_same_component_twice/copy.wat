(component (import "text" (func $text (result string))) (export "greet" (func $text)))
