using KafkaActors.Broker.Budgets;

namespace KafkaActors.Broker.Listener;

/// <summary>What a request's bytes are charged to: its connection's own bytes, or a share of the budget.</summary>
internal readonly record struct RequestCharge(int OwnBytes, BudgetShare? Share);
