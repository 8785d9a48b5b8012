using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Groups;

/// <summary>Which groups a ListGroups asks for (KIP-518, KIP-848); case does not matter.</summary>
public static class GroupFilter
{
    public static bool Matches(ListGroupsRequest request, ListGroupsResponse.ListedGroup group) =>
        Matches(request.StatesFilter, group.GroupState) && Matches(request.TypesFilter, group.GroupType);

    private static bool Matches(IReadOnlyList<string> wanted, string value) =>
        wanted.Count == 0 || wanted.Contains(value, StringComparer.OrdinalIgnoreCase);
}
