// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module that is wrong on purpose, one mistake at a time: the strict bench loads it to see that
 * each of its detectors speaks up. A bench that detects nothing would look like a clean module.
 */
#include <linux/delay.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timer.h>

static char *bug = "";
module_param(bug, charp, 0444);
MODULE_PARM_DESC(bug, "what to do wrong");

struct thing {
	struct list_head list;
	struct rcu_head rcu;
	u8 bytes[32];
};

static DEFINE_SPINLOCK(first);
static DEFINE_SPINLOCK(second);
static DEFINE_MUTEX(sleeping);
static void __rcu *guarded;
/* where the compiler cannot see what becomes of them */
static struct thing *volatile kept;
static volatile int eight = 8;
static struct kmem_cache *cache;

static void use_after_free(void)
{
	kept = kzalloc(sizeof(*kept), GFP_KERNEL);
	kfree(kept);
	kept->bytes[3] = 1;
}

static void use_after_rcu(void)
{
	kept = kzalloc(sizeof(*kept), GFP_KERNEL);
	kfree_rcu(kept, rcu);
	rcu_barrier();
	msleep(200);
	kept->bytes[3] = 1;
}

static void out_of_bounds(void)
{
	u8 *bytes = kzalloc(24, GFP_KERNEL);

	*(volatile u8 *)(bytes + 16 + eight) = 1;
	kfree(bytes);
}

static void double_free(void)
{
	kept = kzalloc(sizeof(*kept), GFP_KERNEL);
	kfree(kept);
	kfree(kept);
}

static void leak(void)
{
	int i;

	/* several: a stale pointer on some stack may hide one */
	for (i = 0; i < 10; i++)
		kept = kzalloc(sizeof(*kept), GFP_KERNEL);
	kept = NULL;
}

static void sleep_in_atomic(void)
{
	spin_lock(&first);
	msleep(1);
	spin_unlock(&first);
}

static void allocate_in_rcu(void)
{
	rcu_read_lock();
	kfree(kmalloc(24, GFP_KERNEL));
	rcu_read_unlock();
}

static void mutex_in_spinlock(void)
{
	spin_lock(&first);
	mutex_lock(&sleeping);
	mutex_unlock(&sleeping);
	spin_unlock(&first);
}

static void lock_order(void)
{
	spin_lock(&first);
	spin_lock(&second);
	spin_unlock(&second);
	spin_unlock(&first);
	spin_lock(&second);
	spin_lock(&first);
	spin_unlock(&first);
	spin_unlock(&second);
}

static void missing_unlock(void)
{
	mutex_lock(&sleeping);
}

static void unguarded_rcu(void)
{
	kept = rcu_dereference(guarded);
}

static void broken_list(void)
{
	struct thing one, two;
	LIST_HEAD(head);

	list_add(&one.list, &head);
	list_add(&two.list, &head);
	two.list.next = &two.list;
	list_del(&one.list);
}

static void cache_not_empty(void)
{
	cache = kmem_cache_create("canary_thing", sizeof(struct thing), 0, 0, NULL);
	kept = kmem_cache_alloc(cache, GFP_KERNEL);
	kmem_cache_destroy(cache);
}

static void never(struct timer_list *timer)
{
}

static void live_timer(void)
{
	struct timer_list *timer = kzalloc(sizeof(*timer), GFP_KERNEL);

	timer_setup(timer, never, 0);
	mod_timer(timer, jiffies + HZ * 1000);
	kfree(timer);
}

static void shift(void)
{
	pr_info("canary: %d\n", 1 << (eight * 5));
}

static const struct {
	const char *name;
	void (*make)(void);
} bugs[] = {
	{ "use-after-free", use_after_free },
	{ "use-after-rcu", use_after_rcu },
	{ "out-of-bounds", out_of_bounds },
	{ "double-free", double_free },
	{ "leak", leak },
	{ "sleep-in-atomic", sleep_in_atomic },
	{ "allocate-in-rcu", allocate_in_rcu },
	{ "mutex-in-spinlock", mutex_in_spinlock },
	{ "lock-order", lock_order },
	{ "missing-unlock", missing_unlock },
	{ "unguarded-rcu", unguarded_rcu },
	{ "broken-list", broken_list },
	{ "cache-not-empty", cache_not_empty },
	{ "live-timer", live_timer },
	{ "shift", shift },
};

static int __init canary_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bugs); i++) {
		if (strcmp(bug, bugs[i].name) == 0) {
			bugs[i].make();
			return 0;
		}
	}
	return -EINVAL;
}

static void __exit canary_exit(void)
{
}

module_init(canary_init);
module_exit(canary_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("Routelens developers");
MODULE_DESCRIPTION("Mistakes on purpose");
