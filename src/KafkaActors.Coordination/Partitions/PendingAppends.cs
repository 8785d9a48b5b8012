using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Partitions;

/// <summary>
/// Answers that wait for an offset, in the order of their offsets. Appends come in that order and go to the end;
/// only a duplicate, which waits for what its original waited for, is sorted in.
/// </summary>
internal sealed class PendingAppends<TAnswer>
{
    private readonly LinkedList<Pending> _waiting = [];

    public int Count => _waiting.Count;

    /// <param name="untilOffset">Released once the offset that is waited on is at least this.</param>
    public void Add(TAnswer answer, long untilOffset, TimeSpan deadline)
    {
        var pending = new Pending(answer, untilOffset, deadline);
        LinkedListNode<Pending>? before = _waiting.Last;
        while (before is not null && before.Value.UntilOffset > untilOffset) before = before.Previous;
        if (before is null) _waiting.AddFirst(pending);
        else _waiting.AddAfter(before, pending);
    }

    public void Release(long offset, Queue<ReleasedAppend<TAnswer>> released)
    {
        while (_waiting.First is { } first && first.Value.UntilOffset <= offset)
        {
            _waiting.RemoveFirst();
            released.Enqueue(new ReleasedAppend<TAnswer>(first.Value.Answer, ErrorCode.None));
        }
    }

    public void Expire(TimeSpan now, Queue<ReleasedAppend<TAnswer>> released)
    {
        for (LinkedListNode<Pending>? node = _waiting.First; node is not null;)
        {
            LinkedListNode<Pending>? next = node.Next;
            if (node.Value.Deadline <= now)
            {
                _waiting.Remove(node);
                released.Enqueue(new ReleasedAppend<TAnswer>(node.Value.Answer, ErrorCode.RequestTimedOut));
            }

            node = next;
        }
    }

    public void Fail(ErrorCode error, Queue<ReleasedAppend<TAnswer>> released)
    {
        foreach (Pending pending in _waiting) released.Enqueue(new ReleasedAppend<TAnswer>(pending.Answer, error));
        _waiting.Clear();
    }

    private readonly record struct Pending(TAnswer Answer, long UntilOffset, TimeSpan Deadline);
}
