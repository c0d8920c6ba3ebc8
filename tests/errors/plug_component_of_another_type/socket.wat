(component (import "part" (component (export "make" (func (result string))))))
