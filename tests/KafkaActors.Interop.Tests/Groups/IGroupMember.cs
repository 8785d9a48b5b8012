namespace KafkaActors.Interop.Tests.Groups;

/// <summary>
/// One member of a group, whatever client it is. It subscribes to one topic from its beginning on, commits what it has
/// read, and tells a <see cref="GroupLog"/>. Session timeout: <see cref="GroupSuite.SessionTimeout"/>.
/// </summary>
internal interface IGroupMember : IAsyncDisposable
{
    /// <summary>Its client id.</summary>
    string Name { get; }

    /// <summary>Leaves as a client does that is closed, and returns when it is gone.</summary>
    Task LeaveAsync();

    /// <summary>Is gone without a word: the group learns of it by the session timeout.</summary>
    Task KillAsync();
}
