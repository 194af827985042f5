/*
 * The protocol between a run and the guard of a node (docs/protocol.md, S1, S4, S5), for spin.
 *
 * One node. A run sends requests that may come late, twice, after the run is gone, or never; their replies may be
 * lost. The guard acts when the deadline has passed. The machine may lose power between any two steps, and comes back
 * with what was on its disk. A colleague may change the manifest once. Every transition holds the node's lock, which
 * dies with its process. A statement is one durable step; `unless` is the loss of power.
 *
 * Left out: time itself. A deadline may pass whenever a guard is armed, so a renewal changes nothing here: what holds
 * for every deadline holds for renewed ones. Between the look at the manifest and the rename nobody else writes; on a
 * real node a few milliseconds lie there (see agent.sh, put).
 *
 * dev.d/model.sh checks it, and that it finds what -DGUARD_DOES_NOT_LOOK_AGAIN, -DNO_GUARD_AFTER_A_BOOT and
 * -DCONFIRM_WITHOUT_LOOKING break.
 */
mtype:step = { staged, armed, swapped, gated, confirmed, restoring, restored, foreign };
mtype:bytes = { before, after, others };
mtype:verb = { arm, swap, mark, confirm, restore, settle };

#define REBOOTS 1

/* On the disk. */
mtype:step step = staged;
mtype:bytes manifest = before;

/* In the memory of the machine. */
bool locked = false;
bool script_is_ended = false; /* by the guard, which had waited for the lock for 30 s (S4) */
bool due = false; /* the deadline has passed, or it was set before the last boot */
byte boots = 0;

bool colleague_was_here = false;
mtype:verb next = arm;

/* A verb that was sent once may be carried out at any time after, any number of times, whoever still waits for it. */
bool sent[7];
mtype:reply = { none, good, refused };
mtype:reply reply = none; /* to the request that the run waits for */

#define guarded (step == armed || step == swapped || step == gated)
#define ended (step == confirmed || step == restored || step == foreign)

inline lock() { atomic { !locked -> locked = true } }
/* The guard never waits for ever: it ends the holder. */
inline take_lock()
{
	if
	:: atomic { !locked -> locked = true }
	:: atomic { locked -> script_is_ended = true }
	fi
}
inline unlock() { locked = false }

/* Look and rename: the rules of S1. */
inline put_back()
{
	step = restoring;
	d_step {
		if
		:: manifest == others -> step = foreign
		:: manifest == after -> manifest = before
		:: else
		fi
	}
}

/* What agent.sh does for one request. */
inline carry_out(verb)
{
	lock();
	done_here = false;
	if
	:: verb == arm ->
		if
		:: step == staged && manifest == before -> due = false; step = armed; done_here = true
		:: else -> done_here = guarded
		fi
	:: verb == swap ->
		if
		:: step == armed && !due && manifest != others ->
			d_step { if :: manifest == before -> manifest = after :: else fi }
			step = swapped; done_here = true
		:: else -> done_here = (step == swapped || step == gated)
		fi
	:: verb == mark ->
		if
		:: step == swapped && !due && manifest == after -> step = gated; done_here = true
		:: else -> done_here = (step == gated)
		fi
	:: verb == confirm ->
#ifdef CONFIRM_WITHOUT_LOOKING
		step = confirmed; done_here = true
#else
		if
		:: step == gated && !due && manifest == after -> step = confirmed; done_here = true
		:: else -> done_here = (step == confirmed)
		fi
#endif
	:: verb == restore ->
		if
		:: step == staged || guarded || step == restoring -> put_back(); done_here = true
		:: else -> done_here = (step == restored)
		fi
	:: verb == settle ->
		if
		:: step == restoring && manifest == before -> step = restored; done_here = true
		:: else -> done_here = (step == restored)
		fi
	fi;
	unlock();
	if
	:: atomic { verb == next -> reply = (done_here -> good : refused) }
	:: true /* lost on the way, or nobody waits for it */
	fi
}

/* sshd's processes: a script runs to its end whether or not somebody still waits for it. */
active proctype Scripts()
{
	bool done_here;
	byte boot;
idle:
	boot = boots;
	script_is_ended = false;
	{
		do
		:: sent[arm] -> carry_out(arm)
		:: sent[swap] -> carry_out(swap)
		:: sent[mark] -> carry_out(mark)
		:: sent[confirm] -> carry_out(confirm)
		:: sent[restore] -> carry_out(restore)
		:: sent[settle] -> carry_out(settle)
		od
	} unless { boots != boot || script_is_ended };
	goto idle
}

/* The run goes on after an answer alone; on a refusal it restores; it may be killed at any time. */
active proctype Workstation()
{
	do
	:: atomic { reply == none && !sent[next] -> sent[next] = true }
	:: atomic { reply == good ->
		reply = none;
		if
		:: next == arm -> next = swap
		:: next == swap -> next = mark
		:: next == swap -> next = restore /* a gate fails */
		:: next == mark -> next = confirm
		:: next == confirm -> assert(step == confirmed); break
		:: next == restore -> next = settle
		:: next == settle -> assert(step == restored); break
		fi }
	:: atomic { reply == refused ->
		reply = none;
		if
		:: next == restore || next == settle -> break /* a person is asked for */
		:: else -> next = restore
		fi }
	:: break /* SIGKILL, a cut link, a lost workstation */
	od
}

/* The node's own: it waits for the deadline, takes the lock, looks again, restores, and sees the API server run. */
active proctype Guard()
{
	byte boot;
again:
	boot = boots;
	{
#ifdef NO_GUARD_AFTER_A_BOOT
		boot == 0;
#endif
		do
		:: due && guarded ->
			take_lock();
			if
#ifdef GUARD_DOES_NOT_LOOK_AGAIN
			:: true -> put_back()
#else
			:: due && guarded -> put_back()
			:: else
#endif
			fi;
			unlock()
		:: step == restoring ->
			take_lock();
			if
			:: step == restoring && manifest == others -> step = foreign
			:: step == restoring && manifest == after -> put_back() /* power was lost before the rename */
			:: step == restoring && manifest == before -> step = restored
			:: else
			fi;
			unlock()
		od
	} unless { boots != boot };
	goto again
}

active proctype Clock()
{
	do
	:: guarded && !due -> due = true
	od
}

active proctype Power()
{
	do
	:: boots < REBOOTS -> atomic { boots++; locked = false; script_is_ended = false; due = true }
	:: break
	od
}

active proctype Colleague()
{
	if
	:: d_step { manifest = others; colleague_was_here = true }
	:: skip
	fi
}

/* Somebody's bytes stay. */
ltl foreign_bytes_stay { [] (colleague_was_here -> manifest == others) }
/* Whoever read "confirmed" finds the new manifest, for ever. */
ltl confirmed_is_new { [] (step == confirmed -> (step == confirmed && (manifest == after || colleague_was_here))) }
ltl confirmed_stays { [] (step == confirmed -> [] (step == confirmed)) }
ltl restored_is_old { [] (step == restored -> (manifest == before || colleague_was_here)) }
/* Every armed guard ends, whatever becomes of the run. */
ltl armed_ends { [] (guarded -> <> ended) }
