.PHONY: lock
lock:
	sh scripts-lock
