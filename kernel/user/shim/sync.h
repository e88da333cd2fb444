/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * RCU, locks and counters for a program of one thread. Nothing waits here, but the rules are
 * watched: a lock is not taken twice, nothing that may sleep happens in an RCU reader, and with
 * RTMGR_SHIM_DEBUG an RCU pointer is followed by readers only.
 */
#ifndef _RTMGR_USER_SYNC_H
#define _RTMGR_USER_SYNC_H

#include "basics.h"

struct rcu_head {
	struct rcu_head *next;
	void (*func)(struct rcu_head *head);
};

/* How deep in readers; what is to be freed when the outermost one ends. */
extern unsigned int rtmgr_shim_rcu_depth;
extern struct rcu_head *rtmgr_shim_rcu_pending;

/* Runs what pends. */
void rtmgr_shim_rcu_run(void);
/*
 * As the kernel does, func is an offset when it is less than a page: the memory that head lies in
 * is freed.
 */
void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head));

static inline void rcu_read_lock(void)
{
	rtmgr_shim_rcu_depth++;
}

static inline void rcu_read_unlock(void)
{
	BUG_ON(!rtmgr_shim_rcu_depth);
	if (!--rtmgr_shim_rcu_depth && unlikely(rtmgr_shim_rcu_pending))
		rtmgr_shim_rcu_run();
}

static inline bool rcu_read_lock_held(void)
{
	return rtmgr_shim_rcu_depth != 0;
}

#define rcu_access_pointer(p)		READ_ONCE(p)
#define rcu_dereference_raw(p)		READ_ONCE(p)
#ifdef RTMGR_SHIM_DEBUG
#define rcu_dereference_check(p, c) ({					\
	WARN_ON_ONCE(!(c) && !rcu_read_lock_held());			\
	READ_ONCE(p); })
#define rcu_dereference_protected(p, c) ({ WARN_ON_ONCE(!(c)); (p); })
#else
#define rcu_dereference_check(p, c)	READ_ONCE(p)
#define rcu_dereference_protected(p, c)	(p)
#endif
#define rcu_dereference(p)		rcu_dereference_check(p, false)
#define rcu_assign_pointer(p, v)	smp_store_release(&(p), v)
#define RCU_INIT_POINTER(p, v)		WRITE_ONCE(p, v)
#define rcu_replace_pointer(p, v, c) ({					\
	typeof(p) __old = rcu_dereference_protected(p, c);		\
	rcu_assign_pointer(p, v);					\
	__old; })
#define rcu_pointer_handoff(p)		(p)
#define RCU_INITIALIZER(v)		(v)

#define might_sleep()			WARN_ON_ONCE(rtmgr_shim_rcu_depth)
#define might_sleep_if(cond)		WARN_ON_ONCE((cond) && rtmgr_shim_rcu_depth)
#define cond_resched()			({ might_sleep(); 0; })
#define cond_resched_rcu()		((void)0)
#define need_resched()			false
#define synchronize_rcu()		((void)might_sleep())
#define rcu_barrier()			((void)might_sleep())

#define kfree_rcu(ptr, field) do {					\
	typeof(ptr) __kfree = (ptr);					\
	if (__kfree)							\
		call_rcu(&__kfree->field,				\
			 (void (*)(struct rcu_head *))offsetof(typeof(*__kfree), field));	\
} while (0)
#define kvfree_rcu(ptr, field)		kfree_rcu(ptr, field)

/* held: 0, 1, or for a read-write semaphore -1: a writer; else how many readers. */
struct mutex {
	int held;
};

struct rw_semaphore {
	int held;
};

typedef struct {
	int held;
} spinlock_t;

#define __MUTEX_INITIALIZER(name)	{ 0 }
#define DEFINE_MUTEX(name)		struct mutex name = { 0 }
#define DECLARE_RWSEM(name)		struct rw_semaphore name = { 0 }
#define DEFINE_SPINLOCK(name)		spinlock_t name = { 0 }

static inline void mutex_init(struct mutex *lock)
{
	lock->held = 0;
}

static inline void mutex_destroy(struct mutex *lock)
{
	WARN_ON(lock->held);
}

static inline bool mutex_is_locked(struct mutex *lock)
{
	return lock->held;
}

static inline void mutex_lock(struct mutex *lock)
{
	might_sleep();
	BUG_ON(lock->held);
	lock->held = 1;
}

static inline void mutex_unlock(struct mutex *lock)
{
	BUG_ON(!lock->held);
	lock->held = 0;
}

static inline int mutex_trylock(struct mutex *lock)
{
	if (lock->held)
		return 0;
	lock->held = 1;
	return 1;
}

static inline int __must_check mutex_lock_interruptible(struct mutex *lock)
{
	mutex_lock(lock);
	return 0;
}

#define mutex_lock_killable		mutex_lock_interruptible
#define mutex_lock_nested(lock, class)	mutex_lock(lock)

static inline void init_rwsem(struct rw_semaphore *sem)
{
	sem->held = 0;
}

static inline void down_read(struct rw_semaphore *sem)
{
	might_sleep();
	/* to take it twice for reading deadlocks when a writer comes between */
	BUG_ON(sem->held);
	sem->held = 1;
}

static inline void up_read(struct rw_semaphore *sem)
{
	BUG_ON(sem->held <= 0);
	sem->held--;
}

static inline void down_write(struct rw_semaphore *sem)
{
	might_sleep();
	BUG_ON(sem->held);
	sem->held = -1;
}

static inline void up_write(struct rw_semaphore *sem)
{
	BUG_ON(sem->held != -1);
	sem->held = 0;
}

static inline void downgrade_write(struct rw_semaphore *sem)
{
	BUG_ON(sem->held != -1);
	sem->held = 1;
}

static inline int rwsem_is_locked(struct rw_semaphore *sem)
{
	return sem->held != 0;
}

static inline void spin_lock_init(spinlock_t *lock)
{
	lock->held = 0;
}

static inline void spin_lock(spinlock_t *lock)
{
	BUG_ON(lock->held);
	lock->held = 1;
}

static inline void spin_unlock(spinlock_t *lock)
{
	BUG_ON(!lock->held);
	lock->held = 0;
}

#define spin_lock_bh			spin_lock
#define spin_unlock_bh			spin_unlock

#define lockdep_is_held(lock)		((lock)->held != 0)
#define lockdep_assert_held(lock)	((void)WARN_ON((lock)->held == 0))
#define lockdep_assert_held_write(lock)	((void)WARN_ON((lock)->held != -1))
#define lockdep_assert_held_read(lock)	((void)WARN_ON((lock)->held <= 0))
#define lockdep_assert_not_held(lock)	((void)WARN_ON((lock)->held != 0))
#define lockdep_set_class(lock, key)	((void)0)

typedef struct {
	int counter;
} atomic_t;

typedef struct {
	s64 counter;
} atomic64_t;

#define ATOMIC_INIT(i)			{ (i) }
#define ATOMIC64_INIT(i)		{ (i) }

#define atomic_read(v)			READ_ONCE((v)->counter)
#define atomic_set(v, i)		WRITE_ONCE((v)->counter, i)
#define atomic_add(i, v)	((void)__atomic_add_fetch(&(v)->counter, i, __ATOMIC_RELAXED))
#define atomic_sub(i, v)	((void)__atomic_sub_fetch(&(v)->counter, i, __ATOMIC_RELAXED))
#define atomic_inc(v)			atomic_add(1, v)
#define atomic_dec(v)			atomic_sub(1, v)
#define atomic_add_return(i, v)		__atomic_add_fetch(&(v)->counter, i, __ATOMIC_SEQ_CST)
#define atomic_sub_return(i, v)		__atomic_sub_fetch(&(v)->counter, i, __ATOMIC_SEQ_CST)
#define atomic_inc_return(v)		atomic_add_return(1, v)
#define atomic_dec_return(v)		atomic_sub_return(1, v)
#define atomic_dec_and_test(v)		(atomic_sub_return(1, v) == 0)
#define atomic64_read(v)		atomic_read(v)
#define atomic64_set(v, i)		atomic_set(v, i)
#define atomic64_add(i, v)		atomic_add(i, v)
#define atomic64_sub(i, v)		atomic_sub(i, v)
#define atomic64_inc(v)			atomic_inc(v)
#define atomic64_dec(v)			atomic_dec(v)
#define atomic64_add_return(i, v)	atomic_add_return(i, v)
#define atomic64_inc_return(v)		atomic_inc_return(v)

#endif
