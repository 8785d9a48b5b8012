namespace KafkaActors.Broker.Budgets;

/// <summary>A share that waits for bytes. Its continuations never run under the budget's lock.</summary>
internal sealed class BudgetWaiter(BudgetShare share, long bytes)
    : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public BudgetShare Share => share;

    public long Bytes => bytes;
}
