(component (import "math" (core module (export "add" (func (param i32 i32) (result i32))))))
