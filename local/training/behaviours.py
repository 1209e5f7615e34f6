"""What the emulator of training and tuning jobs does, and on whose word.

A source that is a page name is a page of the SageMaker developer guide or API reference, read in its stored editions
of 2026; 'model' is botocore's model of the API.
"""

from __future__ import annotations

from local.behaviour import assumed, documented, observed

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
    documented("input", "types, required members, bounds, patterns and enum values are checked", "model"),
    observed("names", "a name that is taken is refused with ResourceInUse", _ERROR_TEXTS),
    documented("names", "of a job that was deleted can be used again", "API_DeleteTrainingJob"),
    observed("MaxWaitTimeInSeconds", "refused without Spot", "sagify issue 111, sagemaker-python-sdk issue 1011"),
    documented("MaxWaitTimeInSeconds", "needed with Spot, and not below MaxRuntimeInSeconds", "API_StoppingCondition"),
    assumed("MaxWaitTimeInSeconds", "the text that refuses a wrong one", "from memory of public issues"),
    documented("MaxRuntimeInSeconds", "a day where none is given", "API_StoppingCondition"),
    documented("warm pools", "KeepAlivePeriodInSeconds is refused with Spot", "train-warm-pools"),
    assumed("warm pools", "KeepAlivePeriodInSeconds is only recorded", _OURS),
    observed("channels", "one without an object is refused", "amazon-sagemaker-examples issue 2489"),
    observed("RoleArn", "a role that SageMaker may not assume is refused", _ERROR_TEXTS),
    assumed("MetricDefinitions", "expressions are Python's, and need a group", _SILENT),
    assumed("input", "Pipe mode, file systems, manifests, entrypoints of a request and more are refused", _OURS),
    assumed("input", "VPC, keys of volumes, volumes and instance types are only recorded", _OURS),
    observed("StopTrainingJob", "refused for a job that is over, with its text", _ERROR_TEXTS),
    assumed("StopTrainingJob", "taken for a job that is stopping", _SILENT),
)
_LIFE = (
    documented("states", "primary and secondary ones, and how they follow each other on Spot", _LIFECYCLE),
    observed("states", "the transitions end with the final state, which begins and ends at once", _ANSWERS),
    assumed("states", "Pending is not used: a job that waits for capacity is Starting", f"as in {_LIFECYCLE}"),
    assumed("states", "StatusMessages, but for the one of missing capacity", "AWS: subject to change"),
    assumed("start", "instances take a minute, and a job stays Interrupted for 10 s", "minutes, at AWS"),
    documented("events", "each change of the state, with the description as detail", _EVENTS),
    documented("times", "TrainingStartTime and TrainingEndTime are those on instances", "API_DescribeTrainingJob"),
    assumed("times", "TrainingTimeInSeconds counts the seconds on instances, not those between them", _SILENT),
    assumed("times", "MaxRuntimeInSeconds counts them over all interruptions", "AWS: so for retries"),
    assumed("times", "MaxWaitTimeInSeconds counts from the creation", "AWS: the wait plus the run"),
    documented("billing", "BillableTimeInSeconds shows the saving of Spot", _SPOT),
    assumed("billing", "a second on Spot is billed as 0.3, or what the control says", "AWS: the price of the market"),
    assumed("RetryStrategy", "is only recorded: it is for internal errors, and there are none", _OURS),
)
_SPOT_ROWS = (
    documented("Spot", "an interrupted job starts again by itself, from its checkpoints", _SPOT),
    documented("Spot", "MaxWaitTimeInSeconds ends a job as Stopped", _LIFECYCLE),
    assumed("Spot", "an interruption is announced by SIGTERM 120 s ahead", "EC2 tells two minutes ahead"),
    assumed("Spot", "what was not uploaded when the instances go is lost", _SILENT),
    assumed("Spot", "a code other than 0 after SIGTERM makes no difference", _SILENT),
    assumed("Spot", "jobs take no capacity away from each other, and types do not matter", _OURS),
    observed("on-demand", "capacity that does not come fails the job with CapacityError", _ERROR_TEXTS),
    assumed("on-demand", "after an hour, or MaxPendingTimeInSeconds", _SILENT),
)
_STOP = (
    documented("SIGTERM", "120 s before SIGKILL, when a job is stopped", "API_StopTrainingJob"),
    assumed("SIGTERM", "20 real seconds at least, whatever the clock", _OURS),
    assumed("SIGTERM", "goes to the container's first process alone", "container engines do so"),
    assumed("stop", "a job that is stopped leaves a model where its container has written one", "AWS: can be used"),
)
_FILES = (
    documented("folders", "hyperparameters, resources, channels, model, output, failure", _CONTRACT),
    observed("folders", "SAGEMAKER_BASE_DIR stands for /opt/ml", "sagemaker-training-toolkit reads it"),
    documented("end", "code 0 completes, another fails, with the first 1024 characters of `failure`", _CONTRACT),
    observed("end", "the form of FailureReason: AlgorithmError: ..., exit code: 1", _ERROR_TEXTS),
    assumed("end", "the first host that fails ends the others, and nothing is uploaded of its model", _SILENT),
    observed("model", "S3OutputPath/<job>/output/model.tar.gz, and output.tar.gz", _ANSWERS),
    assumed("model", "of files of one name on several hosts the first host's is kept", "AWS merges the folders"),
    documented("checkpoints", "copied to each host before, and to S3 while the job runs", _CHECKPOINTS),
    documented("checkpoints", "all hosts share one prefix", _CHECKPOINTS),
    observed("checkpoints", "a prefix without a slash at its end takes in neighbours", "syne-tune pull request 363"),
    assumed("checkpoints", "each changed file is uploaded within a fifth of a second, in any order", _SILENT),
    assumed("checkpoints", "a file that is removed stays in S3", _SILENT),
    documented("channels", "File and FastFile, replicated or sharded by key", "API_S3DataSource"),
    assumed("channels", "FastFile is downloaded before the training, as File is", _OURS),
)
_HOSTS = (
    assumed("hosts", "are 127.0.0.1, 127.0.0.2 and so on, not algo-1 and algo-2", "names do not resolve here"),
    assumed("hosts", "are told MASTER_ADDR, and a MASTER_PORT that no other job has", _OURS),
    assumed("hosts", "this machine's Python stands for the image, with its requirements.txt only", _OURS),
    assumed("time", "time.time and time.perf_counter of a container are the clock's", _OURS),
    documented("roles", "image, channels, checkpoints, model and metrics are the execution role's calls", _ROLES),
    documented("roles", "a container has its role's credentials, unless the network is cut off", _ISOLATION),
    documented("metrics", "what MetricDefinitions find in the output, in /aws/sagemaker/TrainingJobs", _METRICS),
    observed("metrics", "have the dimension TrainingJobName", "sagemaker-python-sdk, analytics"),
    assumed("metrics", "every match in every line of every host counts", _SILENT),
)
_TUNING = (
    documented("tuning", "random values on linear, logarithmic and reverse logarithmic scales", _RANGES),
    assumed("tuning", "the scale Auto is linear, and seeds give other values than AWS's", "AWS chooses"),
    documented("tuning", "Grid tries every combination of categories once", _STRATEGIES),
    assumed("tuning", "Bayesian, Hyperband, warm start, Autotune and several definitions are refused", _OURS),
    observed("tuning", "jobs are called <tuning job>-001-<8 digits>", _ANSWERS),
    observed(
        "tuning",
        "jobs get the hyperparameter _tuning_objective_metric",
        "tensorflow-training-toolkit pull request 179",
    ),
    assumed("tuning", "all its jobs have the CheckpointConfig as it was given: one prefix", _SILENT),
    documented("tuning", "early stopping by the median of running averages", "automatic-model-tuning-early-stopping"),
    assumed("tuning", "an epoch is one value of the objective metric", "AWS: what the algorithm reports"),
    assumed("tuning", "MaxRuntimeInSeconds ends it as Stopped", _SILENT),
    observed("tuning", "an objective without its metric is refused", "sagemaker-python-sdk issue 3932"),
    observed("tuning", "it fails when all its jobs fail", _ERROR_TEXTS),
)

BEHAVIOURS = (*_INPUT, *_LIFE, *_SPOT_ROWS, *_STOP, *_FILES, *_HOSTS, *_TUNING)
