# utrace: one static binary.  make, make check, make install.
VERSION = 0.1
PREFIX = /usr/local
CC = $(shell command -v musl-gcc || echo cc)
STRIP = strip
CFLAGS = -Os
WARN = -Wall -Wextra -Wshadow -Wconversion
FLAGS = -std=c11 -D_GNU_SOURCE -DVERSION='"$(VERSION)"' $(WARN) \
	-ffunction-sections -fdata-sections -fno-pie -fno-stack-protector \
	-fno-asynchronous-unwind-tables -fno-unwind-tables \
	-fomit-frame-pointer -fmerge-all-constants
LINK = -static -no-pie -Wl,--gc-sections -Wl,--build-id=none -Wl,-z,norelro \
	-Wl,-z,noseparate-code -Wl,-z,common-page-size=512 -Wl,--hash-style=sysv -Wl,--sort-section=alignment
B = build

SRC = main.c options.c record.c child.c front.c trace.c tap.c exec.c regs.c \
	abi.c policy.c policy_in.c json_in.c action.c format.c json_out.c text_out.c result.c util.c mem.c
OBJ = $(SRC:%.c=$(B)/%.o)

all: utrace

utrace: $(B)/utrace
	cp $(B)/utrace $@
	$(STRIP) -s -R .comment -R .note.GNU-stack -R .eh_frame $@

$(B)/utrace: $(OBJ)
	$(CC) $(CFLAGS) $(LINK) $(LDFLAGS) -Wl,-Map=$(B)/utrace.map -o $@ $(OBJ)

$(B)/%.o: %.c Makefile
	@mkdir -p $(B)
	$(CC) $(FLAGS) $(CFLAGS) -MMD -c -o $@ $<

-include $(OBJ:.o=.d)

clean:
	rm -rf build utrace

.PHONY: all clean
