using Akka.Actor;
using KafkaActors.Client.Cluster;
using KafkaActors.Client.Configuration;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Producing;

/// <summary>
/// One producer: orders what happens to its accumulator, its topics, its producer id and its batches, each of which has
/// a part of its own, and talks to applications' actors (<see cref="ProducerProtocol"/>). Stops with its client.
/// </summary>
internal sealed class ProducerActor : UntypedActor, IWithTimers
{
    private static readonly TimeSpan MaxExpiryInterval = TimeSpan.FromSeconds(1);

    private readonly IActorRef _cluster;
    private readonly RecordAccumulator _accumulator;
    private readonly ProducerSettings _settings;
    private readonly ClientSettings _client;
    private readonly ProducerIdentity _identity;
    private readonly MetadataPace _pace;
    private readonly ProducerTopics _topics;
    private readonly BatchSender _sender;
    private readonly ProducerConversation _conversation;

    /// <param name="shared">What a typed helper fills as well; null: the actor's own.</param>
    public ProducerActor(
        IActorRef cluster,
        RecordAccumulator? shared,
        ProducerSettings settings,
        ClientSettings client,
        TimeProvider time)
    {
        _cluster = cluster;
        _accumulator = shared ?? new RecordAccumulator(settings, time, seed: (int)Self.Path.Uid);
        _settings = settings;
        _client = client;
        _identity = new ProducerIdentity(settings.IsIdempotent, cluster, client.RequestTimeout);
        _pace = new MetadataPace(this, cluster, new Backoff(client.RetryBackoff, client.RetryBackoffMax));
        _topics = new ProducerTopics(cluster, _accumulator, _pace);
        _sender = new BatchSender(this, _accumulator, _topics, _identity, settings, client);
        var producer = new RecordProducer(_accumulator, Self, settings, time);
        _conversation = new ProducerConversation(producer, Self, settings.BufferMemory);
        _accumulator.Attach(Self);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Context.Watch(_cluster);
        _cluster.Tell(new ClusterProtocol.Track([], false));
        TimeSpan expiry = _settings.DeliveryTimeout / 10;
        if (expiry > MaxExpiryInterval) expiry = MaxExpiryInterval;
        Timers.StartPeriodicTimer(ExpiryTick.Instance, ExpiryTick.Instance, expiry);
        if (_identity.IsIdempotent) _identity.Request();
    }

    protected override void PostStop()
    {
        _accumulator.Close();
        var closed = new KafkaException(ErrorCode.NetworkException, "The producer was closed.");
        _sender.FailEverything(closed);
        foreach ((_, TopicRoute route) in _accumulator.Routes) route.Reject(closed);
        _conversation.End();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Wake: _sender.DrainSignalled(); break;
            case BatchSender.LingerTick: _sender.DrainLingering(); break;
            case BatchSender.RetryTick retry: _sender.Drain(retry.Queue); break;
            case ExpiryTick: _sender.Expire(); break;
            case StartFlush flush: _sender.Flush(flush.Done); break;
            case TrackTopic track: _topics.Track(track.Topic); break;
            case UntrackTopic untrack: _topics.Untrack(untrack.Topic); break;
            case MetadataPace.Due: _pace.Refresh(); break;
            case ClusterProtocol.MetadataChanged changed: Learn(changed.Metadata); break;
            case ClusterProtocol.MetadataFailed failed: _sender.LastFault = failed.Message; break;
            case ConnectionProtocol.Answered { Tag: ProducerIdentity } answered: LearnIdentity(answered); break;
            case ConnectionProtocol.Answered answered: _sender.Answer(answered); break;
            case AskIdentityAgain: _identity.Request(); break;
            default: Converse(message); break;
        }
    }

    private void Converse(object message)
    {
        switch (message)
        {
            case ProducerProtocol.Send send: _conversation.Receive(send, Sender); break;
            case ProducerProtocol.SendAll all: _conversation.Receive(all, Sender); break;
            case ProducerProtocol.Flush flush: _conversation.Receive(flush, Sender); break;
            case ProducerProtocol.Close close: _conversation.Receive(close, Sender); break;
            case ProducerConversation.Admitted admitted: _conversation.Receive(admitted); break;
            case ProducerConversation.CloseDone or Terminated: Context.Stop(Self); break;
        }
    }

    private void Learn(ClusterMetadata metadata)
    {
        if (_topics.Learn(metadata) is { } fault) _sender.LastFault = fault;
        _sender.DrainActive();
    }

    private void LearnIdentity(ConnectionProtocol.Answered answered)
    {
        (ErrorCode error, string message) = _identity.Learn(answered);
        if (error == ErrorCode.None)
        {
            _sender.DrainActive();
            return;
        }

        _sender.LastFault = message;
        if (!error.IsRetriable()) RefuseIdentity(error, message);
        Timers.StartSingleTimer(AskIdentityAgain.Instance, AskIdentityAgain.Instance, _client.RetryBackoff);
    }

    private void RefuseIdentity(ErrorCode error, string message)
    {
        // An id that is no longer taken cannot be raised; the next question is for a new one. Without any id nothing
        // can be sent, so what waits is told why.
        if (_identity.ProducerId >= 0) _identity.Forget();
        else _sender.FailWaiting(new KafkaException(error, $"The cluster gives no producer id: {message}"));
    }

    /// <summary>The accumulator has something new.</summary>
    internal sealed class Wake : INoSerializationVerificationNeeded
    {
        public static readonly Wake Instance = new();
    }

    internal sealed record StartFlush(TaskCompletionSource Done) : INoSerializationVerificationNeeded;

    internal sealed record TrackTopic(string Topic) : INoSerializationVerificationNeeded;

    /// <summary>Nobody waits for the topic any more.</summary>
    internal sealed record UntrackTopic(string Topic) : INoSerializationVerificationNeeded;

    private sealed class ExpiryTick : INoSerializationVerificationNeeded
    {
        public static readonly ExpiryTick Instance = new();
    }

    private sealed class AskIdentityAgain : INoSerializationVerificationNeeded
    {
        public static readonly AskIdentityAgain Instance = new();
    }
}
