namespace KafkaActors.Broker.Budgets;

/// <summary>
/// What one piece of work holds of a <see cref="ByteBudget"/>. Disposed, everything is given back, once, on whichever
/// way its owner ends; nothing can be taken into it any more. Any thread.
/// </summary>
internal sealed class BudgetShare(ByteBudget budget, object party) : IDisposable
{
    /// <summary>Guarded by the budget's lock.</summary>
    public long Held { get; internal set; }

    /// <inheritdoc cref="Held"/>
    internal bool IsClosed { get; set; }

    internal object Party => party;

    public ByteBudget Budget => budget;

    /// <summary>False when there are too few left, or others wait for them.</summary>
    public bool TryTake(long bytes) => budget.TryTake(this, bytes);

    /// <summary>Completes when the bytes are held; canceled, they are not, and the line is left.</summary>
    /// <exception cref="ObjectDisposedException">The share is closed.</exception>
    public Task TakeAsync(long bytes, CancellationToken cancellation) =>
        budget.TakeAsync(this, bytes, cancellation);

    /// <summary>
    /// Takes what is in memory already, and may go beyond the capacity: the budget is short until it is given back.
    /// </summary>
    public void Add(long bytes) => budget.Add(this, bytes);

    public void GiveBack(long bytes) => budget.GiveBack(this, bytes);

    public void Dispose() => budget.Close(this);
}
