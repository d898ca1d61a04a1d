"""Honest paraphrases of sentences from the bundled articles, written by hand: (claim, evidence)."""

PARAPHRASES = [
    ("BPO tasks are simple to define and require basic training.",
     "BPO tasks are easy to define and need only basic training, whereas KPO tasks call for more expertise and for"
     " critical thinking."),
    ("KPO tasks require more expertise and critical thinking.",
     "BPO tasks are easy to define and need only basic training, whereas KPO tasks call for more expertise and for"
     " critical thinking."),
    ("While BPO aims at lower operating costs, KPO aims at creating value.",
     "BPO aims at lower operating costs and better productivity, while KPO aims at creating value by means of special"
     " knowledge."),
    ("KPO providers work closely with clients and tailor solutions to their needs.",
     "KPO providers work closely with their clients, learn what the clients need and tailor solutions to them."),
    ("According to the article, KPO providers must form strategic partnerships with clients for long-term goals.",
     "Partnership: BPO relationships centre on operational efficiency and savings, while KPO providers form strategic"
     " partnerships to tackle complex challenges and reach long-term goals."),
    ("The article lists challenges only for KPO, not for BPO.",
     "The article lists challenges for KPO only and names none for BPO, which leaves its comparison lopsided."),
    ("The article gives no dates, figures, companies or countries.",
     "The article says nothing about the history of outsourcing and gives no dates, figures, companies or countries."),
    ("AHT is the sum of talk time, hold time and after-call work divided by the number of contacts handled.",
     "Average handle time (AHT) adds talk time, hold time and after-call work, then divides the sum by the number of"
     " contacts handled."),
    ("FCR is the share of issues that are settled at the first contact.",
     "First call resolution (FCR) is the share of issues settled at the first contact."),
    ("SQM puts average first call resolution at 70% and calls 80% or more world class.",
     "The benchmark firm SQM puts average FCR at 70 per cent and calls 80 per cent or more world class."),
    ("The best-known service level is 80% of calls answered within 20 seconds.",
     "The best-known call-centre service level is 80 per cent of calls answered within 20 seconds, often written as"
     " 80/20."),
    ("CSAT and NPS are not interchangeable.",
     "A customer may rate one call highly and still not recommend the company, so CSAT and NPS are not"
     " interchangeable."),
    ("CSAT rates a single experience, but NPS asks if the customer would recommend the company.",
     "CSAT rates a single experience, whereas the net promoter score (NPS) asks whether the customer would recommend"
     " the company."),
    ("Shortening calls can lower first call resolution and lead to repeat calls.",
     "Pushing agents to shorten calls can lower first call resolution and bring repeat calls."),
    ("ISO 18295 was published in 2017 and sets requirements for contact centres.",
     "ISO 18295, published in 2017, sets requirements for contact centres in part 1 and for the organisations that use"
     " contact centres in part 2."),
    ("KPO means knowledge process outsourcing.",
     "The abbreviation BPO means Business Process Outsourcing, and KPO means Knowledge Process Outsourcing."),
    ("BPO stands for Business Process Outsourcing.",
     "The abbreviation BPO means Business Process Outsourcing, and KPO means Knowledge Process Outsourcing."),
    ("KPO suits work where expertise, analysis and insight are the aim.",
     "KPO is the right choice when expertise, analysis and insight are the aim."),
    ("BPO is right when the task is repetitive and standardised and the aim is lower cost.",
     "BPO is the right choice when the task is repetitive and standardised and lower cost is the aim."),
    ("A captive offers more control, while a third-party provider offers speed and scale.",
     "A captive offers more control and better protection of know-how, while a third-party provider offers speed,"
     " scale and little upfront capital."),
    ("Third-party providers offer speed, scale and little upfront capital.",
     "A captive offers more control and better protection of know-how, while a third-party provider offers speed,"
     " scale and little upfront capital."),
    ("Outsourcing is about who does the work, while offshoring is about where it is done.",
     "Outsourcing says who does the work, and offshoring says where the work is done."),
    ("Step-in rights allow the client to take over the service if the provider fails.",
     "Step-in rights let the client, or someone the client appoints, take over the service if the provider fails."),
    ("An exit plan covers knowledge transfer, return of data, licences and key staff.",
     "An exit plan covers knowledge transfer, documents, return of data, licences and assets, key staff, timing and"
     " the fee for help."),
    ("A confidentiality agreement obliges the provider to keep the client's secrets.",
     "A confidentiality agreement binds the provider to keep the client's secrets."),
    ("In 2022, total attrition in Philippine contact centres was 45%, according to a survey by CCAP.",
     "Total attrition in Philippine contact centres was 45 per cent in 2022, down from 60 to 70 per cent before 2016,"
     " according to a survey by the industry association CCAP and Willis Towers Watson."),
    ("An AI assistant raised the issues solved per hour by about 14 to 15%, a study of over 5,000 support agents"
     " found.",
     "A study of over 5,000 support agents found that an AI assistant raised the number of issues solved per hour by"
     " about 14 to 15 per cent."),
    ("Beginners gained most from the AI assistant, while experts gained almost nothing.",
     'In the study "Generative AI at Work", beginners gained most from the AI assistant and experts gained almost'
     " nothing."),
    ("Content moderation is sold as BPO, but it needs judgement.",
     "Content moderation is sold as BPO but needs judgement, so it sits near the border with KPO."),
    ("HR outsourcing allows a firm to buy services such as payroll or recruitment from an outside provider.",
     "HR outsourcing (HRO) lets a firm buy single services, such as payroll, benefits administration, training or"
     " recruitment, from an outside provider."),
    ("BPO is usually volume-driven and relies on large teams.",
     "BPO is usually driven by volume and relies on large teams, while KPO is driven by insight and relies on smaller"
     " groups of specialists."),
    ("KPO is driven by insight and relies on small groups of specialists.",
     "BPO is usually driven by volume and relies on large teams, while KPO is driven by insight and relies on smaller"
     " groups of specialists."),
    ("A BPO provider is chosen because it knows how to run the process.",
     "A BPO provider is chosen for knowing how to run the process, whereas a KPO provider is chosen for knowing the"
     " subject."),
    ("BPO work repeats a known procedure; KPO work needs analysis and decisions based on domain knowledge.",
     "BPO work repeats a known procedure, whereas KPO work needs someone to analyse and decide with knowledge of the"
     " domain."),
    ("KPO is judged on how accurate and deep its deliverables are.",
     "KPO is judged on the accuracy and depth of its deliverables and on their use for decisions, all of which is"
     " harder to count than volume."),
    ("Labour arbitrage is saving money by moving work to places with lower wages.",
     "Labour arbitrage means saving money by moving work to places where wages are lower."),
    ("Published CSAT ranges include 75-85% and 60-80%, so there is no agreed good score.",
     'No agreed "good" CSAT exists: published ranges include 75 to 85 per cent and 60 to 80 per cent, and one vendor'
     " declines to name any figure."),
    ("In 2007, Bristol-Myers Squibb sent clinical-data work to Accenture in India.",
     "In 2007 Bristol-Myers Squibb sent drug-safety and clinical-data work to Accenture in India."),
    ("Work in KPO is harder to hand over, because experts often cannot explain how they decide.",
     "KPO work is harder to hand over than routine work, because experts decide out of sight and often cannot explain"
     " or document how they decide."),
    ("The article ties BPO to lower skills and KPO to special expertise.",
     "In its summary the article ties BPO to lower skills and an efficiency-centred relationship, and KPO to special"
     " expertise and a relationship built on understanding needs and tailoring solutions."),
    ("Entry-level BPO jobs mostly ask for good communication and basic computer skills.",
     "Entry-level BPO jobs mainly ask for good communication and basic computer skills, whereas KPO employers look for"
     " qualified professionals such as MBAs, chartered accountants, lawyers and engineers."),
]  # fmt: skip
