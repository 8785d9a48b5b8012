using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Tests.Groups.Classic;

/// <summary>
/// What members bring along has a limit: their ids go into responses, and a generation into one record.
/// </summary>
public sealed class ClassicSizeTests
{
    private const int Megabyte = 1024 * 1024;

    [TestCase(32_760, ErrorCode.InvalidRequest)]
    [TestCase(32_731, ErrorCode.InvalidRequest)]
    [TestCase(32_730, ErrorCode.MemberIdRequired)]
    public void A_client_id_that_leaves_no_room_for_a_member_id_is_refused(int length, ErrorCode expected)
    {
        var group = new GroupScene();
        long join = group.Join(version: 5, clientId: new string('c', length));
        Assert.That(group.Joined(join).ErrorCode, Is.EqualTo(expected));
        Assert.That(group.Joined(join).MemberId.Length, Is.LessThanOrEqualTo(short.MaxValue));
    }

    [Test]
    public void A_client_id_is_counted_in_bytes()
    {
        var group = new GroupScene();
        Assert.That(group.Joined(group.Join(version: 5, clientId: new string('\u20ac', 10_920))).ErrorCode,
            Is.EqualTo(ErrorCode.InvalidRequest));
    }

    [Test]
    public void An_instance_id_that_leaves_no_room_for_a_member_id_is_refused()
    {
        var group = new GroupScene();
        long join = group.Join(version: 5, instance: new string('i', short.MaxValue));
        Assert.That(group.Joined(join).ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
        Assert.That(group.Core.Exists, Is.False);
    }

    [Test]
    public void A_member_that_fits_into_no_record_is_refused_and_a_group_goes_on([Values(2, 90)] int megabytes)
    {
        var group = new GroupScene();
        string[] members = group.Form(2);
        long join = group.Join(metadata: new byte[megabytes * Megabyte]);
        Assert.That(group.Joined(join).ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
        Assert.That(group.State, Is.EqualTo("Stable"));
        Assert.That(group.Heartbeat(members[1], 1), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void Members_that_together_fit_into_no_record_find_the_group_full()
    {
        var group = new GroupScene();
        long[] joins = [.. Enumerable.Range(0, 4).Select(_ => group.Join(metadata: new byte[300_000]))];
        Assert.That(group.Joined(joins[3]).ErrorCode, Is.EqualTo(ErrorCode.GroupMaxSizeReached));
        group.Advance(10);
        Assert.That(joins[..3].Select(join => group.Joined(join).ErrorCode), Is.All.EqualTo(ErrorCode.None));
        string[] members = [.. joins[..3].Select(join => group.Joined(join).MemberId)];
        group.Complete(1, members);
        long again = group.Join(members[0], metadata: new byte[300_000]);
        Assert.That(group.IsWaiting(again), Is.True, "its own bytes are counted once");
    }

    [Test]
    public void An_assignment_that_is_too_large_is_refused_to_all_that_wait_and_the_group_begins_again()
    {
        var group = new GroupScene();
        long[] joins = [group.Join(), group.Join()];
        group.Advance(6);
        string[] members = [.. joins.Select(join => group.Joined(join).MemberId)];
        long follower = group.Sync(members[1], 1);
        long leader = group.Sync(members[0], 1, assignments: (members[1], new string('x', 1_200_000)));
        Assert.That(group.Synced(leader).ErrorCode, Is.EqualTo(ErrorCode.UnknownServerError));
        Assert.That(group.Synced(follower).ErrorCode, Is.EqualTo(ErrorCode.UnknownServerError));
        Assert.That((group.State, group.Log.Count), Is.EqualTo(("PreparingRebalance", 0)));
        long[] again = [group.Join(members[0]), group.Join(members[1])];
        Assert.That(again.Select(join => group.Joined(join).GenerationId), Is.All.EqualTo(2));
        group.Complete(2, members);
    }

    [Test]
    public void A_client_that_names_a_hundred_thousand_protocols_is_judged_at_once()
    {
        var group = new GroupScene();
        string protocols = string.Join(',', Enumerable.Range(0, 100_000).Select(number => $"p{number}"));
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        long join = group.Join(protocols: protocols, topics: "");
        Assert.That(System.Diagnostics.Stopwatch.GetElapsedTime(start), Is.LessThan(TimeSpan.FromSeconds(2)));
        Assert.That(group.Joined(join).ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
    }

    [Test]
    public void Three_thousand_members_join_and_sync_in_one_generation()
    {
        var group = new GroupScene();
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        string[] members = group.Form(3000);
        TimeSpan time = System.Diagnostics.Stopwatch.GetElapsedTime(start);
        TestContext.Out.WriteLine($"{time.TotalMilliseconds:F0} ms");
        Assert.That(members, Is.Unique);
        Assert.That(time, Is.LessThan(TimeSpan.FromSeconds(5)));
    }
}
