(component (import "text" (func $text (result string))) (export "greeter" (func $text)))
