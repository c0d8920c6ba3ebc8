(component (core module (func (export "f") (result i32))))
