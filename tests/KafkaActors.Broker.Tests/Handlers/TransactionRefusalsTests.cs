using Akka.Event;
using KafkaActors.Broker.Handlers;
using KafkaActors.Broker.Tests.Listener;
using KafkaActors.TestKit;

namespace KafkaActors.Broker.Tests.Handlers;

public sealed class TransactionRefusalsTests : ActorTest
{
    [Test]
    public async Task A_client_that_asks_again_and_again_costs_one_line_a_minute_with_the_count()
    {
        var clock = new ManualClock();
        var refusals = new TransactionRefusals(Logging.GetLogger(Sys, this), clock);
        Sys.EventStream.Subscribe(TestActor, typeof(Warning));
        for (int i = 0; i < 100; i++) refusals.Add("/127.0.0.1");
        clock.Advance(TimeSpan.FromMinutes(2));
        for (int i = 0; i < 100; i++) refusals.Add("/127.0.0.1");
        string first = (await ExpectMsgAsync<Warning>()).Message.ToString()!;
        string second = (await ExpectMsgAsync<Warning>()).Message.ToString()!;
        Assert.That(first, Does.StartWith("1 requests").And.Contain(TransactionRefusals.Reason));
        Assert.That(second, Does.StartWith("100 requests").And.Contain("/127.0.0.1"));
        await ExpectNoMsgAsync(TimeSpan.Zero);
    }
}
