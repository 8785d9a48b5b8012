using KafkaActors.Messages.Authentication;

namespace KafkaActors.Messages.Tests.Authentication;

public sealed class HandshakeTests
{
    private const string Purpose = "tests";
    private const string Node1 = "akka.tcp://kafka-actors@node-1:4053";
    private const string Node2 = "akka.tcp://kafka-actors@node-2:4053";

    private static readonly string FirstText = new('a', 44);
    private static readonly string SecondText = new('b', 44);
    private static readonly string ClientText = new('c', 44);

    private static readonly HeldSecrets Held = new(
        [new(SecretKind.Cluster, FirstText), new(SecretKind.Cluster, SecondText)],
        [new(SecretKind.Client, ClientText)]);

    private byte _lastNonce;

    [TestCase(SecretKind.Cluster, 'a')]
    [TestCase(SecretKind.Cluster, 'b')]
    [TestCase(SecretKind.Client, 'c')]
    public void Whoever_holds_a_secret_of_a_kind_is_taken_for_that_kind(SecretKind kind, char letter)
    {
        InitiatorHandshake initiator = Initiator(kind, new string(letter, 44));
        AcceptorHandshake acceptor = Acceptor();
        Assert.That(Run(initiator, acceptor), Is.EqualTo((null as HandshakeRefusal?, null as HandshakeRefusal?)));
        Assert.That((acceptor.Kind, acceptor.Peer, initiator.Peer), Is.EqualTo((kind, Node2, Node1)));
    }

    [TestCase(SecretKind.Cluster, 'x')]
    [TestCase(SecretKind.Client, 'x')]
    [TestCase(SecretKind.Cluster, 'c')]
    [TestCase(SecretKind.Client, 'a')]
    public void Another_secret_and_one_of_another_kind_are_refused_and_both_sides_hear_why(SecretKind kind, char letter)
    {
        (HandshakeRefusal? atAcceptor, HandshakeRefusal? atInitiator) =
            Run(Initiator(kind, new string(letter, 44)), Acceptor());
        Assert.That(atAcceptor, Is.EqualTo(HandshakeRefusal.WrongSecret));
        Assert.That(atInitiator, Is.EqualTo(HandshakeRefusal.WrongSecret));
    }

    [Test]
    public void A_kind_that_is_not_held_is_refused_at_once()
    {
        var acceptor = new AcceptorHandshake(Held with { Client = [] }, Purpose, Node1, Nonce());
        (HandshakeRefusal? atAcceptor, HandshakeRefusal? atInitiator) =
            Run(Initiator(SecretKind.Client, ClientText), acceptor);
        Assert.That(atAcceptor, Is.EqualTo(HandshakeRefusal.NoSuchSecret));
        Assert.That(atInitiator, Is.EqualTo(HandshakeRefusal.NoSuchSecret));
    }

    [Test]
    public void Nothing_is_proven_to_another_peer_than_was_meant()
    {
        // Whoever makes a node dial him asks the true node 1 for a challenge, and hands that on.
        InitiatorHandshake lured = Initiator(SecretKind.Cluster, FirstText, "akka.tcp://kafka-actors@mallory:1");
        byte[] challenge = Acceptor().Receive(lured.Hello).Send!;
        HandshakeOutcome outcome = lured.Receive(challenge);
        Assert.That(outcome, Is.EqualTo(new HandshakeOutcome(null, false, HandshakeRefusal.OtherPeer)));
    }

    [Test]
    public void A_challenge_under_another_name_makes_a_proof_that_the_challenger_does_not_take()
    {
        InitiatorHandshake lured = Initiator(SecretKind.Cluster, FirstText, expected: Node2);
        AcceptorHandshake node1 = Acceptor();
        byte[] challenge = node1.Receive(lured.Hello).Send!;
        byte[] renamed = [.. challenge];
        renamed[^(":4053".Length + 1)] = (byte)'2';
        byte[] proof = lured.Receive(renamed).Send!;
        Assert.That(node1.Receive(proof).Refusal, Is.EqualTo(HandshakeRefusal.WrongSecret));
    }

    [Test]
    public void A_replayed_proof_is_none()
    {
        InitiatorHandshake initiator = Initiator(SecretKind.Cluster, FirstText);
        byte[] hello = initiator.Hello;
        byte[] proof = initiator.Receive(Acceptor().Receive(hello).Send!).Send!;
        AcceptorHandshake next = Acceptor();
        next.Receive(hello);
        Assert.That(next.Receive(proof).Refusal, Is.EqualTo(HandshakeRefusal.WrongSecret));
    }

    [Test]
    public void A_reflected_proof_is_none()
    {
        InitiatorHandshake initiator = Initiator(SecretKind.Cluster, FirstText);
        byte[] proof = initiator.Receive(Acceptor().Receive(initiator.Hello).Send!).Send!;
        // The same bytes as the answer that is due.
        byte[] reflected = [.. proof];
        reflected[5] = (byte)HandshakeStep.Accepted;
        Assert.That(initiator.Receive(reflected).Refusal, Is.EqualTo(HandshakeRefusal.WrongSecret));
    }

    [Test]
    public void A_proof_for_another_purpose_is_none()
    {
        var initiator = new InitiatorHandshake(
            SecretKind.Cluster, Held.Cluster[0], "replication", Node2, Node1, Nonce());
        Assert.That(Acceptor().Receive(initiator.Hello).Refusal, Is.EqualTo(HandshakeRefusal.OtherVersion));
    }

    [Test]
    public void A_frame_with_any_bit_changed_comes_to_nothing()
    {
        InitiatorHandshake initiator = Initiator(SecretKind.Cluster, FirstText);
        byte[] hello = initiator.Hello;
        for (int bit = 0; bit < hello.Length * 8; bit++)
        {
            byte[] changed = [.. hello];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            AcceptorHandshake acceptor = Acceptor();
            HandshakeOutcome asked = acceptor.Receive(changed);
            if (asked.Refusal is not null) continue;
            InitiatorHandshake same = Same(initiator);
            HandshakeOutcome proven = acceptor.Receive(same.Receive(asked.Send).Send);
            Assert.That(proven.IsProven, Is.False, $"bit {bit}");
        }
    }

    [Test]
    public void A_frame_cut_anywhere_is_refused_and_nothing_is_thrown()
    {
        InitiatorHandshake initiator = Initiator(SecretKind.Cluster, FirstText);
        for (int length = 0; length < initiator.Hello.Length; length++)
        {
            HandshakeOutcome outcome = Acceptor().Receive(initiator.Hello.AsSpan(0, length));
            Assert.That(outcome.Refusal, Is.EqualTo(HandshakeRefusal.NotUnderstood), $"{length} bytes");
        }

        byte[] challenge = Acceptor().Receive(initiator.Hello).Send!;
        for (int length = 0; length < challenge.Length; length++)
            Assert.That(Same(initiator).Receive(challenge.AsSpan(0, length)).Refusal, Is.Not.Null, $"{length} bytes");
    }

    [Test]
    public void The_frames_of_Akka_and_of_Kafka_are_none_of_a_handshake()
    {
        Assert.That(Acceptor().Receive([0x12, 0x02, 0x08, 0x03]).Refusal, Is.EqualTo(HandshakeRefusal.NotUnderstood));
        Assert.That(Acceptor().Receive([0, 18, 0, 3, 0, 0, 0, 1]).Refusal, Is.EqualTo(HandshakeRefusal.NotUnderstood));
    }

    [Test]
    public void A_secret_is_not_written_by_accident() =>
        Assert.That($"{new SharedSecret(SecretKind.Cluster, FirstText)} {Held}", Does.Not.Contain("aaaa"));

    // Both refusals: the acceptor's, and what the initiator hears.
    private static (HandshakeRefusal? AtAcceptor, HandshakeRefusal? AtInitiator) Run(
        InitiatorHandshake initiator, AcceptorHandshake acceptor)
    {
        byte[]? frame = initiator.Hello;
        while (true)
        {
            HandshakeOutcome accepted = acceptor.Receive(frame);
            HandshakeOutcome initiated = initiator.Receive(accepted.Send);
            if (accepted.Refusal is not null || initiated.Refusal is not null)
                return (accepted.Refusal, initiated.Refusal);
            if (accepted.IsProven && initiated.IsProven) return (null, null);
            frame = initiated.Send;
        }
    }

    private AcceptorHandshake Acceptor() => new(Held, Purpose, Node1, Nonce());

    private InitiatorHandshake Initiator(SecretKind kind, string text, string expected = Node1) =>
        new(kind, new SharedSecret(kind, text), Purpose, Node2, expected, Nonce());

    private static InitiatorHandshake Same(InitiatorHandshake one) => new(
        SecretKind.Cluster, Held.Cluster[0], Purpose, Node2, Node1, one.Hello[7..(7 + InitiatorHandshake.NonceBytes)]);

    private byte[] Nonce() => [.. Enumerable.Repeat(++_lastNonce, InitiatorHandshake.NonceBytes)];
}
