(component
  (import "test:kv/types@2.0.0" (instance $types (export "handle" (type (sub resource)))))
  (export "test:kv/types@1.0.0" (instance $types)))
