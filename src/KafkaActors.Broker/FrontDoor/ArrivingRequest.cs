using KafkaActors.Broker.Handlers;
using KafkaActors.Messages;

namespace KafkaActors.Broker.FrontDoor;

/// <summary>A request of which parts are still to come.</summary>
internal sealed record ArrivingRequest(SessionRequest Request, IApiHandler Handler, FrameAssembly Frame);
