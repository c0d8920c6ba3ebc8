(component
  (core type $m (module (type $s (struct (field i32))) (export "make" (func (result (ref $s))))))
  (import "math" (core module (type $m))))
