(component (import "greeter" (instance (export "greet" (func (result string))))))
