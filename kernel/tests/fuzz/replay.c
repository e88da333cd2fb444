// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs a fuzz target on the files it is given, where there is no libFuzzer: the corpus as a test.

 */
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int main(int argc, char **argv)
{
	static unsigned char data[1 << 20];
	int i;

	for (i = 1; i < argc; i++) {
		FILE *file = fopen(argv[i], "rb");
		size_t size;

		if (!file) {
			perror(argv[i]);
			return 1;
		}
		size = fread(data, 1, sizeof(data), file);
		fclose(file);
		/* a crash names the file */
		fprintf(stderr, "%s\r", argv[i]);
		LLVMFuzzerTestOneInput(data, size);
	}
	printf("%d passed, 0 failed, 0 skipped\n", argc - 1);
	return argc == 1;
}
