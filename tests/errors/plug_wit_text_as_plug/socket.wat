(component (import "greet" (func (result string))))
