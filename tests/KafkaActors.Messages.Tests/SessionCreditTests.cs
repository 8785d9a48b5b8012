namespace KafkaActors.Messages.Tests;

/// <summary>The windows of a session do not stand in each other's way.</summary>
public sealed class SessionCreditTests
{
    [Test]
    public void Batches_leave_room_for_other_requests()
    {
        SessionCredit credit = Open();
        Assert.That(credit.TryTake(new RequestCredit(true, 100, null)), Is.True);
        Assert.That(credit.TryTake(new RequestCredit(true, 1, null)), Is.False);
        Assert.That(credit.TryTake(new RequestCredit(false, 100, null)), Is.True);
        Assert.That(credit.TryTake(new RequestCredit(false, 1, null)), Is.False);
    }

    [Test]
    public void A_fetch_takes_of_what_it_asks_for_and_of_its_own_bytes()
    {
        SessionCredit credit = Open();
        Assert.That(credit.TryTake(new RequestCredit(false, 10, 900)), Is.True);
        Assert.That(credit.FreeFetchBytes, Is.EqualTo(100));
        Assert.That(credit.TryTake(new RequestCredit(false, 10, 101)), Is.False);
        Assert.That(credit.TryTake(new RequestCredit(false, 91, null)), Is.False);
        Assert.That(credit.TryTake(new RequestCredit(false, 90, null)), Is.True);
    }

    [Test]
    public void What_is_given_back_can_be_taken_again()
    {
        SessionCredit credit = Open();
        var fetch = new RequestCredit(false, 100, 1000);
        Assert.That(credit.TryTake(fetch), Is.True);
        credit.Return(fetch);
        Assert.That(credit.TryTake(fetch), Is.True);
        credit.Reset();
        Assert.That(credit.TryTake(fetch), Is.True);
    }

    [Test]
    public void Only_a_request_with_records_may_be_greater_than_its_window()
    {
        SessionCredit credit = Open();
        var batch = new RequestCredit(true, 101, null);
        Assert.That((credit.IsPossible(batch), credit.TryTake(batch)), Is.EqualTo((true, true)));
        Assert.That(credit.IsPossible(new RequestCredit(false, 101, null)), Is.False);
        Assert.That(credit.IsPossible(new RequestCredit(false, 100, null)), Is.True);
    }

    private static SessionCredit Open()
    {
        var credit = new SessionCredit(maxRequests: 10);
        credit.Open(requestBytes: 100, fetchBytes: 1000);
        return credit;
    }
}
