namespace KafkaActors.Broker.Controller;

/// <summary>As what a <see cref="ControllerActor"/> is started.</summary>
/// <param name="GuardianPath">
/// Of every node's guardian, without an address: voters and routes are found beneath it.
/// </param>
/// <param name="Notice">Of this node.</param>
/// <param name="IsStandby">
/// It says to all nodes that it serves, and ends when it resigns. Otherwise it is the singleton, which gains nothing
/// while a standby serves.
/// </param>
internal sealed record ControllerPost(string GuardianPath, StandbyNotice Notice, bool IsStandby)
{
    public string VoterPath => $"{GuardianPath}/{ControllerActors.VoterName}";

    public string RoutePath => $"{GuardianPath}/{ControllerRoute.Name}";
}
