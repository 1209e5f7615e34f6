"""What the emulator of training and tuning jobs does, and on whose word.

A source that is a page name is a page of the SageMaker developer guide or API reference, read in its stored editions
of 2026; 'model' is botocore's model of the API.
"""

from __future__ import annotations

from local.behaviour import Basis, Behaviour


def _documented(topic: str, what: str, source: str) -> Behaviour:
    return Behaviour(topic, what, Basis.DOCUMENTED, source)


def _observed(topic: str, what: str, source: str) -> Behaviour:
    return Behaviour(topic, what, Basis.OBSERVED, source)


def _assumed(topic: str, what: str, source: str) -> Behaviour:
    return Behaviour(topic, what, Basis.ASSUMED, source)


_OURS = "limit of the local cloud"
_SILENT = "AWS does not say"
_SPOT = "model-managed-spot-training"
_LIFECYCLE = "model-managed-spot-training-status"
_CHECKPOINTS = "model-checkpoints"
_CONTRACT = "your-algorithms-training-algo"
_ROLES = "sagemaker-roles, CreateTrainingJob"
_ISOLATION = "mkt-algo-model-internet-free"
_METRICS = "define-train-metrics"
_EVENTS = "automating-sagemaker-with-eventbridge"
_RANGES = "automatic-model-tuning-define-ranges"
_STRATEGIES = "automatic-model-tuning-how-it-works"
_ANSWERS = "answers of DescribeTrainingJob in public issues and examples"
_ERROR_TEXTS = "error texts in public issues"

_INPUT = (
    _documented("input", "types, required members, bounds, patterns and enum values are checked", "model"),
    _observed("names", "a name that is taken is refused with ResourceInUse", _ERROR_TEXTS),
    _documented("names", "of a job that was deleted can be used again", "API_DeleteTrainingJob"),
    _observed("MaxWaitTimeInSeconds", "refused without Spot", "sagify issue 111, sagemaker-python-sdk issue 1011"),
    _documented("MaxWaitTimeInSeconds", "needed with Spot, and not below MaxRuntimeInSeconds", "API_StoppingCondition"),
    _assumed("MaxWaitTimeInSeconds", "the text that refuses a wrong one", "from memory of public issues"),
    _documented("MaxRuntimeInSeconds", "a day where none is given", "API_StoppingCondition"),
    _documented("warm pools", "KeepAlivePeriodInSeconds is refused with Spot", "train-warm-pools"),
    _assumed("warm pools", "KeepAlivePeriodInSeconds is only recorded", _OURS),
    _observed("channels", "one without an object is refused", "amazon-sagemaker-examples issue 2489"),
    _observed("RoleArn", "a role that SageMaker may not assume is refused", _ERROR_TEXTS),
    _assumed("MetricDefinitions", "expressions are Python's, and need a group", _SILENT),
    _assumed("input", "Pipe mode, file systems, manifests, entrypoints of a request and more are refused", _OURS),
    _assumed("input", "VPC, keys of volumes, volumes and instance types are only recorded", _OURS),
    _observed("StopTrainingJob", "refused for a job that is over, with its text", _ERROR_TEXTS),
    _assumed("StopTrainingJob", "taken for a job that is stopping", _SILENT),
)
_LIFE = (
    _documented("states", "primary and secondary ones, and how they follow each other on Spot", _LIFECYCLE),
    _observed("states", "the transitions end with the final state, which begins and ends at once", _ANSWERS),
    _assumed("states", "Pending is not used: a job that waits for capacity is Starting", f"as in {_LIFECYCLE}"),
    _assumed("states", "StatusMessages, but for the one of missing capacity", "AWS: subject to change"),
    _assumed("start", "instances take a minute, and a job stays Interrupted for 10 s", "minutes, at AWS"),
    _documented("events", "each change of the state, with the description as detail", _EVENTS),
    _documented("times", "TrainingStartTime and TrainingEndTime are those on instances", "API_DescribeTrainingJob"),
    _assumed("times", "TrainingTimeInSeconds counts the seconds on instances, not those between them", _SILENT),
    _assumed("times", "MaxRuntimeInSeconds counts them over all interruptions", "AWS: so for retries"),
    _assumed("times", "MaxWaitTimeInSeconds counts from the creation", "AWS: the wait plus the run"),
    _documented("billing", "BillableTimeInSeconds shows the saving of Spot", _SPOT),
    _assumed("billing", "a second on Spot is billed as 0.3, or what the control says", "AWS: the price of the market"),
    _assumed("RetryStrategy", "is only recorded: it is for internal errors, and there are none", _OURS),
)
_SPOT_ROWS = (
    _documented("Spot", "an interrupted job starts again by itself, from its checkpoints", _SPOT),
    _documented("Spot", "MaxWaitTimeInSeconds ends a job as Stopped", _LIFECYCLE),
    _assumed("Spot", "an interruption is announced by SIGTERM 120 s ahead", "EC2 tells two minutes ahead"),
    _assumed("Spot", "what was not uploaded when the instances go is lost", _SILENT),
    _assumed("Spot", "a code other than 0 after SIGTERM makes no difference", _SILENT),
    _assumed("Spot", "jobs take no capacity away from each other, and types do not matter", _OURS),
    _observed("on-demand", "capacity that does not come fails the job with CapacityError", _ERROR_TEXTS),
    _assumed("on-demand", "after an hour, or MaxPendingTimeInSeconds", _SILENT),
)
_STOP = (
    _documented("SIGTERM", "120 s before SIGKILL, when a job is stopped", "API_StopTrainingJob"),
    _assumed("SIGTERM", "20 real seconds at least, whatever the clock", _OURS),
    _assumed("SIGTERM", "goes to the container's first process alone", "container engines do so"),
    _assumed("stop", "a job that is stopped leaves a model where its container has written one", "AWS: can be used"),
)
_FILES = (
    _documented("folders", "hyperparameters, resources, channels, model, output, failure", _CONTRACT),
    _observed("folders", "SAGEMAKER_BASE_DIR stands for /opt/ml", "sagemaker-training-toolkit reads it"),
    _documented("end", "code 0 completes, another fails, with the first 1024 characters of `failure`", _CONTRACT),
    _observed("end", "the form of FailureReason: AlgorithmError: ..., exit code: 1", _ERROR_TEXTS),
    _assumed("end", "the first host that fails ends the others, and nothing is uploaded of its model", _SILENT),
    _observed("model", "S3OutputPath/<job>/output/model.tar.gz, and output.tar.gz", _ANSWERS),
    _assumed("model", "of files of one name on several hosts the first host's is kept", "AWS merges the folders"),
    _documented("checkpoints", "copied to each host before, and to S3 while the job runs", _CHECKPOINTS),
    _documented("checkpoints", "all hosts share one prefix", _CHECKPOINTS),
    _observed("checkpoints", "a prefix without a slash at its end takes in neighbours", "syne-tune pull request 363"),
    _assumed("checkpoints", "each changed file is uploaded within a fifth of a second, in any order", _SILENT),
    _assumed("checkpoints", "a file that is removed stays in S3", _SILENT),
    _documented("channels", "File and FastFile, replicated or sharded by key", "API_S3DataSource"),
    _assumed("channels", "FastFile is downloaded before the training, as File is", _OURS),
)
_HOSTS = (
    _assumed("hosts", "are 127.0.0.1, 127.0.0.2 and so on, not algo-1 and algo-2", "names do not resolve here"),
    _assumed("hosts", "are told MASTER_ADDR, and a MASTER_PORT that no other job has", _OURS),
    _assumed("hosts", "this machine's Python stands for the image, with its requirements.txt only", _OURS),
    _assumed("time", "time.time and time.perf_counter of a container are the clock's", _OURS),
    _documented("roles", "image, channels, checkpoints, model and metrics are the execution role's calls", _ROLES),
    _documented("roles", "a container has its role's credentials, unless the network is cut off", _ISOLATION),
    _documented("metrics", "what MetricDefinitions find in the output, in /aws/sagemaker/TrainingJobs", _METRICS),
    _observed("metrics", "have the dimension TrainingJobName", "sagemaker-python-sdk, analytics"),
    _assumed("metrics", "every match in every line of every host counts", _SILENT),
)
_TUNING = (
    _documented("tuning", "random values on linear, logarithmic and reverse logarithmic scales", _RANGES),
    _assumed("tuning", "the scale Auto is linear, and seeds give other values than AWS's", "AWS chooses"),
    _documented("tuning", "Grid tries every combination of categories once", _STRATEGIES),
    _assumed("tuning", "Bayesian, Hyperband, warm start, Autotune and several definitions are refused", _OURS),
    _observed("tuning", "jobs are called <tuning job>-001-<8 digits>", _ANSWERS),
    _observed(
        "tuning",
        "jobs get the hyperparameter _tuning_objective_metric",
        "tensorflow-training-toolkit pull request 179",
    ),
    _assumed("tuning", "all its jobs have the CheckpointConfig as it was given: one prefix", _SILENT),
    _documented("tuning", "early stopping by the median of running averages", "automatic-model-tuning-early-stopping"),
    _assumed("tuning", "an epoch is one value of the objective metric", "AWS: what the algorithm reports"),
    _assumed("tuning", "MaxRuntimeInSeconds ends it as Stopped", _SILENT),
    _observed("tuning", "an objective without its metric is refused", "sagemaker-python-sdk issue 3932"),
    _observed("tuning", "it fails when all its jobs fail", _ERROR_TEXTS),
)

BEHAVIOURS = (*_INPUT, *_LIFE, *_SPOT_ROWS, *_STOP, *_FILES, *_HOSTS, *_TUNING)
