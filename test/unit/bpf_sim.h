/* SPDX-License-Identifier: MIT
 *
 * What the kernel takes as a seccomp filter and what it does with it: from
 * bpf_check_classic() of net/core/filter.c and seccomp_check_filter() of
 * kernel/seccomp.c, with the numbers of linux/bpf_common.h.  Either byte order.
 * Only the instructions that filter.c uses: any other is an error.
 */
struct sim_call {
	uint32_t arch, nr;
	uint64_t args[6];
};

enum { SIM_DATA = 64 };         /* bytes of struct seccomp_data */

static inline bool
sim_known(uint16_t code)
{
	switch (code) {
	case 0x20:      /* BPF_LD | BPF_W | BPF_ABS */
	case 0x54:      /* BPF_ALU | BPF_AND | BPF_K */
	case 0x05:      /* BPF_JMP | BPF_JA */
	case 0x15:      /* BPF_JMP | BPF_JEQ | BPF_K */
	case 0x25:      /* BPF_JMP | BPF_JGT | BPF_K */
	case 0x35:      /* BPF_JMP | BPF_JGE | BPF_K */
	case 0x06:      /* BPF_RET | BPF_K */
		return true;
	}
	return false;
}

/* what is wrong with it, NULL if nothing is; also that all of it is used */
static inline const char *
sim_verify(const struct uapi_sock_filter *f, int n)
{
	static bool used[4096];
	int i;

	if (n < 1 || n > 4096)
		return "length";
	memset(used, 0, sizeof used);
	used[0] = true;
	for (i = 0; i < n; i++) {
		uint32_t left = (uint32_t)(n - i - 1);

		if (!sim_known(f[i].code))
			return "instruction";
		if (f[i].code == 0x20 && (f[i].k >= SIM_DATA || f[i].k & 3))
			return "load";
		if (!used[i])
			return "never reached";
		if (f[i].code == 0x05) {
			if (f[i].k >= left)
				return "far jump";
			used[(uint32_t)i + 1 + f[i].k] = true;
		} else if ((f[i].code & 7) == 0x05) {
			if (f[i].jt >= left || f[i].jf >= left)
				return "jump";
			used[i + 1 + f[i].jt] = used[i + 1 + f[i].jf] = true;
		} else if (f[i].code != 0x06 && left) {
			used[i + 1] = true;
		}
	}
	return f[n - 1].code == 0x06 ? NULL : "no return";
}

/* a word of struct seccomp_data: nr, arch, an address of 64 bits, arguments */
static inline uint32_t
sim_word(const struct sim_call *c, uint32_t at, bool big_endian)
{
	uint64_t v;

	if (at < 16)
		return at == 0 ? c->nr : at == 4 ? c->arch : 0;
	v = c->args[(at - 16) / 8];
	return (uint32_t)((at % 8 == 0) == big_endian ? v >> 32 : v);
}

/* what it returns on a machine of this byte order; steps: instructions run */
static inline uint32_t
sim_run(const struct uapi_sock_filter *f, const struct sim_call *c,
    bool big_endian, int *steps)
{
	uint32_t a = 0;

	for (*steps = 1; f->code != 0x06; ++*steps, f++) {
		switch (f->code) {
		case 0x20:
			a = sim_word(c, f->k, big_endian);
			break;
		case 0x54:
			a &= f->k;
			break;
		case 0x05:
			f += f->k;
			break;
		case 0x15:
			f += a == f->k ? f->jt : f->jf;
			break;
		case 0x25:
			f += a > f->k ? f->jt : f->jf;
			break;
		case 0x35:
			f += a >= f->k ? f->jt : f->jf;
			break;
		case 0x45:      /* BPF_JMP | BPF_JSET | BPF_K, of others */
			f += (a & f->k) ? f->jt : f->jf;
			break;
		}
	}
	return f->k;
}
