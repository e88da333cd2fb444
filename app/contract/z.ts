// SPDX-License-Identifier: MIT
// zod as the contract uses it: without code made at run time. The page's policy forbids that, and merely trying it is
// reported as a violation, so it is switched off before the first schema is made.
import { z } from 'zod';

z.config({ jitless: true });

export { z };
