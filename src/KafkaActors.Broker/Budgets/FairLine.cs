using System.Diagnostics.CodeAnalysis;

namespace KafkaActors.Broker.Budgets;

/// <summary>
/// Those who wait for a budget. Parties are served in turn and one party's waiters in their order, so that a client
/// with a thousand connections does not come before one with a single one a thousand times. Guarded by its budget.
/// </summary>
internal sealed class FairLine
{
    private readonly Dictionary<object, Queue<BudgetWaiter>> _waiting = [];
    private readonly Queue<object> _turns = new();

    /// <summary>Those who have not left.</summary>
    public int Count { get; private set; }

    public void Add(BudgetWaiter waiter)
    {
        if (!_waiting.TryGetValue(waiter.Share.Party, out Queue<BudgetWaiter>? queue))
        {
            _waiting[waiter.Share.Party] = queue = new Queue<BudgetWaiter>();
            _turns.Enqueue(waiter.Share.Party);
        }

        queue.Enqueue(waiter);
        Count++;
    }

    /// <summary>One of them has left: its task is canceled, and it is passed over when its turn comes.</summary>
    public void Left() => Count--;

    /// <summary>The one that is next.</summary>
    public bool TryPeek([NotNullWhen(true)] out BudgetWaiter? next)
    {
        while (_turns.TryPeek(out object? party))
        {
            Queue<BudgetWaiter> queue = _waiting[party];
            while (queue.TryPeek(out next))
            {
                if (!next.Task.IsCompleted) return true;
                queue.Dequeue();
            }

            _turns.Dequeue();
            _waiting.Remove(party);
        }

        next = null;
        return false;
    }

    /// <summary>Takes the one that is next out of the line; its party goes to the end.</summary>
    public void Dequeue()
    {
        object party = _turns.Dequeue();
        Queue<BudgetWaiter> queue = _waiting[party];
        queue.Dequeue();
        Count--;
        if (queue.Count > 0) _turns.Enqueue(party);
        else _waiting.Remove(party);
    }
}
