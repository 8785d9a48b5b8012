using Akka.Actor;
using KafkaActors.Protocol;
using static KafkaActors.Client.Administration.AdministrationProtocol;

namespace KafkaActors.Client.Administration;

/// <summary>
/// The side of an <see cref="AdminActor"/> that applications' actors talk to; the calls themselves are those of the
/// <see cref="AdminClient"/>. Owned by the actor.
/// </summary>
internal sealed class AdministrationConversation(AdminClient admin, IActorRef self)
{
    public void Receive(IClientCommand command, IActorRef sender)
    {
        switch (command)
        {
            case CreateTopics create:
                Answer(
                    admin.CreateTopicsAsync(create.Topics, create.ValidateOnly, create.Timeout),
                    sender, create.Tag, topics => new TopicsChanged(create.Tag, topics));
                break;
            case DeleteTopics delete:
                Answer(
                    admin.DeleteTopicsAsync(delete.Topics, delete.Timeout),
                    sender, delete.Tag, topics => new TopicsChanged(delete.Tag, topics));
                break;
            case CreatePartitions create:
                Answer(
                    admin.CreatePartitionsAsync(create.Topics, create.ValidateOnly, create.Timeout),
                    sender, create.Tag, topics => new TopicsChanged(create.Tag, topics));
                break;
            case DescribeCluster describe:
                Answer(
                    admin.DescribeAsync(describe.Topics, describe.Timeout),
                    sender, describe.Tag, cluster => new ClusterDescribed(describe.Tag, cluster));
                break;
            default: ReceiveOther(command, sender); break;
        }
    }

    private void ReceiveOther(IClientCommand command, IActorRef sender)
    {
        switch (command)
        {
            case DescribeConfigs describe:
                Answer(
                    admin.DescribeConfigsAsync(describe.Resources, describe.Keys, describe.Timeout),
                    sender, describe.Tag, resources => new ConfigsDescribed(describe.Tag, resources));
                break;
            case AlterConfigs alter:
                Answer(
                    admin.AlterConfigsAsync(alter.Resources, alter.ValidateOnly, alter.Timeout),
                    sender, alter.Tag, resources => new ConfigsAltered(alter.Tag, resources));
                break;
            case ListOffsets list:
                Answer(
                    admin.ListOffsetsAsync(list.Timestamps, list.Isolation, list.Timeout),
                    sender, list.Tag, partitions => new OffsetsListed(list.Tag, partitions));
                break;
            case DeleteRecords delete:
                Answer(
                    admin.DeleteRecordsAsync(delete.BeforeOffsets, delete.Timeout),
                    sender, delete.Tag, partitions => new RecordsDeleted(delete.Tag, partitions));
                break;
            default: ReceiveOfGroups(command, sender); break;
        }
    }

    private void ReceiveOfGroups(IClientCommand command, IActorRef sender)
    {
        switch (command)
        {
            case ListGroups list:
                Answer(
                    admin.Groups.ListAsync(list.States, list.Types, list.Timeout),
                    sender, list.Tag, groups => new GroupsListed(list.Tag, groups));
                break;
            case DescribeGroups describe:
                Answer(
                    admin.Groups.DescribeAsync(describe.GroupIds, describe.Timeout),
                    sender, describe.Tag, groups => new GroupsDescribed(describe.Tag, groups));
                break;
            case DeleteGroups delete:
                Answer(
                    admin.Groups.DeleteAsync(delete.GroupIds, delete.Timeout),
                    sender, delete.Tag, groups => new GroupsDeleted(delete.Tag, groups));
                break;
            case FetchGroupOffsets fetch:
                Answer(
                    admin.Groups.FetchOffsetsAsync(fetch.GroupId, fetch.Timeout),
                    sender, fetch.Tag, offsets => new GroupOffsetsFetched(fetch.Tag, offsets));
                break;
            case CommitGroupOffsets commit:
                Answer(
                    admin.Groups.CommitOffsetsAsync(commit.GroupId, commit.Offsets, commit.Timeout),
                    sender, commit.Tag, partitions => new GroupOffsetsChanged(commit.Tag, partitions));
                break;
            case DeleteGroupOffsets delete:
                Answer(
                    admin.Groups.DeleteOffsetsAsync(delete.GroupId, delete.Partitions, delete.Timeout),
                    sender, delete.Tag, partitions => new GroupOffsetsChanged(delete.Tag, partitions));
                break;
        }
    }

    private void Answer<TRows>(Task<TRows> rows, IActorRef sender, object? tag, Func<TRows, IClientReply> reply) =>
        rows.PipeTo(
            sender,
            self,
            success: reply,
            failure: fault => new Failed(
                tag, (fault as KafkaException)?.Error ?? ErrorCode.UnknownServerError, fault.Message));
}
